/* A process ends cleanly, whatever is in flight: 200 of them, in the middle of handshakes. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "peer.h"

enum { PROCESSES = 200, HANDSHAKES = 30, PATIENCE = 20 /* seconds */ };

/* What a program holds when it ends; not on the stack, where leak checkers do not look. */
static struct settings *settings;
static struct settings *stalled;
static struct exchange *in_flight[HANDSHAKES];

/* Leaves main with everything in flight; every other one by a caller that still waits. */
static int leave_in_the_middle(int number) {
  settings = peer_settings_tls("ok", "exit");
  stalled = peer_settings_at("tls_stall");
  for (int i = 0; i < HANDSHAKES; i++) {
    struct exchange *exchange = in_flight[i] =
        peer_request(i % 10 == 0 ? stalled : settings, "POST", EFFECT_CREATES, "{}");
    engine_submit(exchange, number % 2 ? DRIVE_BACKGROUND : DRIVE_BY_WAITING);
    if (number % 2 == 0 && i == HANDSHAKES - 1) {
      engine_wait(exchange, 0.0005 * (number % 40));
    }
  }
  peer_pause(0.0005 * (number % 40));
  return 0;
}

static double run_one(const char *program, int number, int *status) {
  char text[16];
  snprintf(text, sizeof text, "%d", number);
  double began = clock_now();
  pid_t child = fork();
  if (child == 0) {
    alarm(PATIENCE);
    execl(program, program, text, (char *)NULL);
    _exit(127);
  }
  while (waitpid(child, status, 0) < 0 && errno == EINTR) {
  }
  return clock_now() - began;
}

int main(int count, char **arguments) {
  if (count > 1) {
    peer_start();
    return leave_in_the_middle(atoi(arguments[1]));
  }
  peer_start();
  int clean = 0;
  double longest = 0;
  for (int i = 0; i < PROCESSES; i++) {
    int status = 0;
    double seconds = run_one(arguments[0], i, &status);
    longest = seconds > longest ? seconds : longest;
    clean += WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  CHECK(clean == PROCESSES, "%d of %d processes ended cleanly", clean, PROCESSES);
  /* None waits for the handshakes that do not end: they would be given up after 5 s. */
  CHECK(longest < 4, "one took %f s", longest);
  return checks_conclude("exit_test");
}
