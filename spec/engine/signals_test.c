/* A host's signals are for the threads that it has for them: the engine's own thread takes none, nor does
 * one that drives the engine while it waits, although nobody has told them to block any. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "peer.h"

static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGCHLD, SIGPIPE};
enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

static pthread_t handler; /* the thread that the host has for signals: main */
static atomic_int taken;
static atomic_int taken_elsewhere;

static void take(int number) {
  (void)number;
  atomic_fetch_add(&taken, 1);
  atomic_fetch_add(&taken_elsewhere, !pthread_equal(pthread_self(), handler));
}

static sigset_t set_of_numbers(void) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < NUMBERS; i++) {
    struct sigaction action = {.sa_handler = take, .sa_flags = SA_RESTART};
    sigaction(numbers[i], &action, NULL);
    sigaddset(&set, numbers[i]);
  }
  return set;
}

static int pending_count(void) {
  sigset_t pending;
  int count = 0;
  sigpending(&pending);
  for (int i = 0; i < NUMBERS; i++) {
    count += sigismember(&pending, numbers[i]) == 1;
  }
  return count;
}

static void await_request(const char *tag) {
  double until = clock_now() + 5;
  while (peer_received(tag).requests < 1 && clock_now() < until) {
  }
  CHECK(peer_received(tag).requests == 1, "%s: nothing is under way", tag);
}

/* While the handler thread has them blocked, another one alone could take them. It has been awake since
 * they were sent when it has driven another exchange to its end. */
static void check_signals(const sigset_t *set, struct settings *ok, enum engine_driver driver,
                          const char *who) {
  atomic_store(&taken, 0);
  atomic_store(&taken_elsewhere, 0);
  pthread_sigmask(SIG_BLOCK, set, NULL);
  for (int i = 0; i < NUMBERS; i++) {
    kill(getpid(), numbers[i]);
  }
  struct exchange *other = peer_request(ok, "GET", EFFECT_READ, NULL);
  engine_submit(other, driver);
  while (engine_wait(other, 0.25) != WAIT_DONE) {
  }
  CHECK(exchange_status(other) == 200, "%s: %s", who, exchange_message(other));
  exchange_release(other);
  CHECK(pending_count() == NUMBERS, "%s: only %d signals are left", who, pending_count());
  pthread_sigmask(SIG_UNBLOCK, set, NULL);
  CHECK(taken == NUMBERS, "%s: %d of %d signals were taken", who, taken, NUMBERS);
  CHECK(taken_elsewhere == 0, "%s: %d elsewhere", who, taken_elsewhere);
}

static void the_engine_takes_none(const sigset_t *set, struct settings *ok) {
  struct settings *silent = peer_settings("silence", "background");
  struct exchange *exchange = peer_request(silent, "POST", EFFECT_CREATES, NULL);
  engine_submit(exchange, DRIVE_BACKGROUND);
  await_request("background");
  check_signals(set, ok, DRIVE_BACKGROUND, "the engine's thread");
  engine_cancel(exchange);
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
  exchange_release(exchange);
  settings_release(silent);
  check_signals(set, ok, DRIVE_BACKGROUND, "the engine's thread, without work");
}

struct waiter {
  struct exchange *exchange;
  sigset_t before;
  sigset_t after;
};

static void *wait_to_the_end(void *data) {
  struct waiter *waiter = data;
  pthread_sigmask(SIG_SETMASK, NULL, &waiter->before);
  while (engine_wait(waiter->exchange, 5) != WAIT_DONE) {
  }
  pthread_sigmask(SIG_SETMASK, NULL, &waiter->after);
  return NULL;
}

static void who_waits_takes_none(const sigset_t *set, struct settings *ok) {
  struct settings *silent = peer_settings("silence", "waiter");
  struct waiter waiter = {.exchange = peer_request(silent, "POST", EFFECT_CREATES, NULL)};
  pthread_t thread;
  engine_submit(waiter.exchange, DRIVE_BY_WAITING);
  pthread_create(&thread, NULL, wait_to_the_end, &waiter);
  await_request("waiter");
  check_signals(set, ok, DRIVE_BY_WAITING, "a thread that waits");
  engine_cancel(waiter.exchange);
  pthread_join(thread, NULL);
  for (int i = 0; i < NUMBERS; i++) {
    CHECK(sigismember(&waiter.before, numbers[i]) == 0 && sigismember(&waiter.after, numbers[i]) == 0,
          "signal %d is blocked", numbers[i]);
  }
  exchange_release(waiter.exchange);
  settings_release(silent);
}

int main(void) {
  peer_start();
  handler = pthread_self();
  sigset_t set = set_of_numbers();
  struct settings *ok = peer_settings("ok", "other");
  who_waits_takes_none(&set, ok); /* as long as there is no thread that could drive */
  the_engine_takes_none(&set, ok);
  settings_release(ok);
  return checks_conclude("signals_test");
}
