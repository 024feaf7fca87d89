/* A fork in the middle of traffic: the parent keeps its connections, the child has none of
 * them, makes its own, and never hangs on a lock that stayed behind. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "peer.h"

enum { FORKS = 1000, THREADS = 4, CHILD_PATIENCE = 20 /* seconds */ };

static atomic_bool over;
static atomic_int parent_good;
static atomic_int parent_bad;

static struct settings *steady;   /* one warm connection per thread */
static struct settings *shaking;  /* a TLS handshake per request: locks inside OpenSSL */
static struct settings *of_child;

static bool run_one(struct settings *settings) {
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  if (settings == shaking) {
    exchange_add_header(exchange, "Connection", "close");
  }
  peer_run(exchange);
  bool good = exchange_outcome(exchange) == OUTCOME_RESPONSE && exchange_status(exchange) == 200;
  exchange_release(exchange);
  return good;
}

static void *traffic(void *settings) {
  while (!atomic_load(&over)) {
    atomic_fetch_add(run_one(settings) ? &parent_good : &parent_bad, 1);
  }
  return NULL;
}

static int connections_inherited(void) {
  int count = 0;
  for (int number = 3; number < 1024; number++) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(number, (struct sockaddr *)&peer, &size) == 0 && peer.ss_family == AF_INET) {
      count++;
    }
  }
  return count;
}

/* What went wrong in the child, as its exit status. */
enum { FINE, INHERITED, NOT_CLOSED, FAILED };

static int be_child(struct exchange *of_parent) {
  alarm(CHILD_PATIENCE);
  if (connections_inherited() > 0) {
    return INHERITED;
  }
  if (engine_wait(of_parent, 5) != WAIT_DONE || exchange_outcome(of_parent) != OUTCOME_CLOSED ||
      exchange_took_effect(of_parent) != TOOK_EFFECT_MAYBE) {
    return NOT_CLOSED;
  }
  engine_cancel(of_parent);
  exchange_release(of_parent);
  return run_one(of_child) ? FINE : FAILED;
}

static int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

static void fork_in_traffic(struct exchange *pending) {
  int count[4] = {0}, signalled = 0;
  for (int i = 0; i < FORKS; i++) {
    pid_t child = fork();
    if (child == 0) {
      _exit(be_child(pending));
    }
    int status = status_of(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) < 4) {
      count[WEXITSTATUS(status)]++;
    } else {
      signalled++;
    }
  }
  CHECK(count[FINE] == FORKS,
        "of %d children %d inherited a connection, %d waited for the parent's exchange, %d could "
        "not make a request, %d hung or crashed",
        FORKS, count[INHERITED], count[NOT_CLOSED], count[FAILED], signalled);
}

static void *make_first_request(void *settings) {
  run_one(settings);
  return NULL;
}

/* A process whose other thread makes its first request just now; its child makes one, and forks again. */
static int fork_after(long microseconds) {
  const struct timespec pause = {.tv_nsec = microseconds * 1000};
  pthread_t thread;
  pthread_create(&thread, NULL, make_first_request, of_child);
  nanosleep(&pause, NULL);
  pid_t child = fork();
  if (child == 0) {
    alarm(CHILD_PATIENCE);
    bool good = run_one(of_child);
    pid_t grandchild = fork();
    if (grandchild == 0) {
      _exit(0);
    }
    _exit(good && status_of(grandchild) == 0 ? 0 : 1);
  }
  int status = status_of(child);
  pthread_join(thread, NULL);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

/* Over the time in which libcurl is made ready. */
static void a_fork_during_the_first_request(void) {
  enum { ROUNDS = 50 };
  const long step = 30;
  int wrong = 0;
  for (int round = 0; round < ROUNDS; round++) {
    pid_t process = fork();
    if (process == 0) {
      alarm(2 * CHILD_PATIENCE);
      _exit(fork_after(round * step));
    }
    wrong += status_of(process) != 0;
  }
  CHECK(wrong == 0, "%d of %d children hung, or could make no request", wrong, ROUNDS);
}

/* A child that ends by exit runs the handlers of the parent's process. */
static void an_orderly_exit_in_the_child(void) {
  pid_t child = fork();
  if (child == 0) {
    alarm(CHILD_PATIENCE);
    exit(run_one(of_child) ? 0 : 1);
  }
  int status = status_of(child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
  child = fork();
  if (child == 0) {
    exit(0); /* without an engine of its own */
  }
  status = status_of(child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
}

int main(void) {
  peer_start();
  steady = peer_settings("ok", "parent");
  shaking = peer_settings_tls("ok", "handshakes");
  of_child = peer_settings_tls("ok", "child");
  a_fork_during_the_first_request(); /* this process has no engine yet */
  struct settings *silent = peer_settings("silence", "pending");
  struct exchange *pending = peer_request(silent, "POST", EFFECT_CREATES, "{}");
  exchange_set_timeout(pending, 3600);
  engine_submit(pending, DRIVE_BACKGROUND);
  an_orderly_exit_in_the_child(); /* before the traffic, whose memory a child cannot free */
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) {
    pthread_create(&threads[i], NULL, traffic, i % 2 ? steady : shaking);
  }
  fork_in_traffic(pending);
  atomic_store(&over, true);
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  CHECK(parent_bad == 0, "%d of the parent's %d requests failed", parent_bad,
        parent_good + parent_bad);
  CHECK(peer_received("parent").connections <= THREADS, "the parent had %d connections",
        peer_received("parent").connections);
  CHECK(peer_received("pending").requests == 1, "the pending request was received %d times",
        peer_received("pending").requests);
  engine_cancel(pending);
  exchange_release(pending);
  settings_release(silent);
  settings_release(steady);
  settings_release(shaking);
  settings_release(of_child);
  return checks_conclude("fork_test");
}
