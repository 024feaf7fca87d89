/* Ten thousand calls, one in twenty of which goes wrong: whatever the server accepted was
 * reported as made or as perhaps made, what was reported as not made was not, and nothing was
 * accepted twice.
 *
 * The server is a process of its own. What befalls the nth sending of a call depends on the seed,
 * the call and n alone; SYNTHFLOW_SEED chooses another seed. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "engine.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"

enum { CALLS = 10000, THREADS = 8, WINDOW = 8, HEAD_ROOM = 4096, FAULTS_PER_MILLE = 50 };

/* What the server knows of one call, in memory of both processes. */
struct ledger {
  atomic_int heads;    /* sendings, whole or not */
  atomic_int received; /* whole requests */
  atomic_int refused;  /* answered by 429 */
  atomic_int accepted; /* rings a phone */
};

static struct shared {
  struct ledger calls[CALLS];
  atomic_int faults;
} *shared;

static uint64_t seed = 20261124;

static bool is_sanitized(void) {
  return getenv("SYNTHFLOW_SANITIZED") != NULL;
}

/* splitmix64 */
static uint64_t mixed(uint64_t number) {
  number += UINT64_C(0x9e3779b97f4a7c15);
  number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
  return number ^ (number >> 31);
}

/* --- the server ------------------------------------------------------------------------------- */

#define HEAD(status, more, length)                                         \
  "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" more         \
  "Content-Length: " length "\r\n\r\n"

enum ending { KEEP, CLOSE, RESET, SILENCE };

/* `accepts` comes before the first byte of the answer, as it would with a database behind it. */
static const struct fault {
  const char *what;
  bool unread; /* before the body is read */
  bool accepts;
  const char *answer;
  enum ending ending;
} faults[] = {
  {"reset before it is read", true, false, "", RESET},
  {"closed before it is read", true, false, "", CLOSE},
  {"closed after it is read", false, false, "", CLOSE},
  {"accepted, closed", false, true, "", CLOSE},
  {"accepted, reset", false, true, "", RESET},
  {"accepted, silence", false, true, "", SILENCE},
  {"accepted, half a status line", false, true, "HTTP/1.1 20", CLOSE},
  {"accepted, half a head", false, true, "HTTP/1.1 200 OK\r\nContent-Ty", CLOSE},
  {"accepted, half a body", false, true, HEAD("200 OK", "", "15") "{\"status\":", CLOSE},
  {"accepted, closed behind the answer", false, true,
   HEAD("200 OK", "", "15") "{\"status\":\"ok\"}", CLOSE},
  {"accepted, 500", false, true, HEAD("500 Error", "", "2") "{}", KEEP},
  {"500", false, false, HEAD("500 Error", "", "2") "{}", KEEP},
  {"accepted, 504", false, true, HEAD("504 Late", "", "2") "{}", KEEP},
  {"accepted, 503", false, true, HEAD("503 No", "", "2") "{}", KEEP},
  {"503 with Retry-After", false, false, HEAD("503 No", "retry-after-ms: 5\r\n", "2") "{}", KEEP},
  {"accepted, 503 with Retry-After", false, true,
   HEAD("503 No", "retry-after-ms: 5\r\n", "2") "{}", KEEP},
  {"408", false, false, HEAD("408 Late", "", "2") "{}", CLOSE},
  {"429", false, false, HEAD("429 Slow", "", "2") "{}", KEEP},
  {"429 with Retry-After", false, false, HEAD("429 Slow", "retry-after-ms: 5\r\n", "2") "{}", KEEP},
  {"429, closed", false, false, HEAD("429 Slow", "Connection: close\r\n", "2") "{}", CLOSE},
  {"422", false, false, HEAD("422 No", "", "2") "{}", KEEP},
};

static const struct fault fine = {
    "accepted", false, true, HEAD("200 OK", "", "15") "{\"status\":\"ok\"}", KEEP};

static const struct fault *fault_of(int call, int sending) {
  uint64_t chance = mixed(seed ^ mixed((uint64_t)call * 64 + (uint64_t)sending));
  if (chance % 1000 >= FAULTS_PER_MILLE) {
    return &fine;
  }
  atomic_fetch_add(&shared->faults, 1);
  return &faults[(chance >> 32) % (sizeof faults / sizeof *faults)];
}

/* Into `bytes`, behind `length` bytes that are there; 0: the client has left. */
static size_t read_more(int fd, char *bytes, size_t length) {
  ssize_t got = length < HEAD_ROOM - 1 ? recv(fd, bytes + length, HEAD_ROOM - 1 - length, 0) : 0;
  if (got <= 0) {
    return 0;
  }
  bytes[length + (size_t)got] = '\0';
  return length + (size_t)got;
}

/* One request, the next one is never sent before its answer. 0: no more comes. */
static size_t read_head(int fd, char *bytes, size_t *length) {
  const char *end;
  *length = 0;
  do {
    *length = read_more(fd, bytes, *length);
    end = *length > 0 ? strstr(bytes, "\r\n\r\n") : NULL;
  } while (*length > 0 && !end);
  return end ? (size_t)(end - bytes) + 4 : 0;
}

static bool read_body(int fd, char *bytes, size_t head, size_t length) {
  const char *found = strstr(bytes, "Content-Length: ");
  size_t whole = head + (found ? (size_t)atoi(found + 16) : 0);
  while (length > 0 && length < whole) {
    length = read_more(fd, bytes, length);
  }
  return length >= whole;
}

static enum ending do_as_told(int fd, const struct fault *fault, struct ledger *call, char *bytes,
                              size_t head, size_t length) {
  if (!fault->unread) {
    if (!read_body(fd, bytes, head, length)) {
      return CLOSE;
    }
    atomic_fetch_add(&call->received, 1);
    atomic_fetch_add(&call->accepted, fault->accepts);
    atomic_fetch_add(&call->refused, strstr(fault->answer, " 429 ") != NULL);
  }
  size_t left = strlen(fault->answer);
  return send(fd, fault->answer, left, MSG_NOSIGNAL) == (ssize_t)left ? fault->ending : CLOSE;
}

static void end(int fd, enum ending ending) {
  struct linger at_once = {1, 0};
  char bytes[HEAD_ROOM];
  while (ending == SILENCE && read_more(fd, bytes, 0) > 0) {
  }
  if (ending == RESET) {
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  close(fd);
}

static void *converse(void *data) {
  int fd = (int)(intptr_t)data;
  enum ending ending = KEEP;
  while (ending == KEEP) {
    char bytes[HEAD_ROOM];
    size_t length, head = read_head(fd, bytes, &length);
    int number = head > 0 ? atoi(bytes + strlen("POST /calls/")) : -1;
    if (number < 0 || number >= CALLS) {
      break;
    }
    struct ledger *call = &shared->calls[number];
    const struct fault *fault = fault_of(number, atomic_fetch_add(&call->heads, 1));
    ending = do_as_told(fd, fault, call, bytes, head, length);
  }
  end(fd, ending);
  return NULL;
}

/* Until the other end of `parent` is gone. */
static void serve(int listener, int parent) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  struct pollfd descriptors[] = {{listener, POLLIN, 0}, {parent, POLLIN, 0}};
  while (poll(descriptors, 2, -1) >= 0 && descriptors[1].revents == 0) {
    pthread_t thread;
    int at_once = 1, fd = descriptors[0].revents ? accept(listener, NULL, NULL) : -1;
    if (fd >= 0) {
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
      if (pthread_create(&thread, &attributes, converse, (void *)(intptr_t)fd)) {
        close(fd);
      }
    }
  }
  _exit(0);
}

static void give_up(const char *why) {
  fprintf(stderr, "load_test: %s\n", why);
  exit(2);
}

/* Its port. Before any thread. */
static int start_server(pid_t *process) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  int life[2];
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (shared == MAP_FAILED || listener < 0 || pipe(life) ||
      bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128) ||
      getsockname(listener, (struct sockaddr *)&address, &length) || (*process = fork()) < 0) {
    give_up("no server");
  }
  if (*process == 0) {
    close(life[1]);
    serve(listener, life[0]);
  }
  close(life[0]);
  close(listener);
  return ntohs(address.sin_port);
}

/* --- the callers ------------------------------------------------------------------------------ */

static struct settings *settings;
static int calls;
static atomic_int next_call;

static struct report {
  enum outcome outcome;
  int status;
  enum took_effect took_effect;
  size_t attempts;
} reports[CALLS];

static struct exchange *start_call(int number, enum engine_driver driver) {
  char path[64], body[64];
  struct exchange *exchange = exchange_new(settings);
  snprintf(path, sizeof path, "/calls/%d", number);
  snprintf(body, sizeof body, "{\"phone\":\"+1555%07d\"}", number);
  if (!exchange || !exchange_set_method(exchange, "POST")) {
    give_up("no exchange");
  }
  exchange_set_effect(exchange, EFFECT_DIALS);
  buffer_append_text(exchange_url(exchange), path);
  buffer_append_text(exchange_body(exchange), body);
  exchange_use_body(exchange);
  engine_submit(exchange, driver);
  return exchange;
}

static void end_call(int number, struct exchange *exchange) {
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
  struct report *report = &reports[number];
  report->outcome = exchange_outcome(exchange);
  report->status = exchange_status(exchange);
  report->took_effect = exchange_took_effect(exchange);
  report->attempts = exchange_attempt_count(exchange);
  exchange_release(exchange);
}

/* Keeps so many under way; half of the threads drive while they wait. */
static void *call_and_call(void *data) {
  enum engine_driver driver = (intptr_t)data % 2 ? DRIVE_BACKGROUND : DRIVE_BY_WAITING;
  struct exchange *window[WINDOW] = {0};
  int numbers[WINDOW], number;
  for (size_t at = 0; (number = atomic_fetch_add(&next_call, 1)) < calls; at = (at + 1) % WINDOW) {
    if (window[at]) {
      end_call(numbers[at], window[at]);
    }
    window[at] = start_call(number, driver);
    numbers[at] = number;
  }
  for (size_t at = 0; at < WINDOW; at++) {
    if (window[at]) {
      end_call(numbers[at], window[at]);
    }
  }
  return NULL;
}

static void make_calls(int port) {
  pthread_t threads[THREADS];
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
  settings = settings_new();
  if (!settings || settings_set_base_url(settings, url)) {
    give_up("no settings");
  }
  settings->timeout = is_sanitized() ? 5 : 1;
  settings->first_pause = 0.005;
  for (intptr_t i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, call_and_call, (void *)i)) {
      give_up("no thread");
    }
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  settings_release(settings);
}

/* --- the books -------------------------------------------------------------------------------- */

static bool is_success(const struct report *report) {
  return report->outcome == OUTCOME_RESPONSE && report->status >= 200 && report->status < 300;
}

static void check_call(int number) {
  const struct report *report = &reports[number];
  const struct ledger *call = &shared->calls[number];
  int accepted = atomic_load(&call->accepted), received = atomic_load(&call->received);
  int refused = atomic_load(&call->refused), sent = atomic_load(&call->heads);
  bool denied = report->took_effect == TOOK_EFFECT_NO;
  CHECK(accepted <= 1, "call %d was accepted %d times", number, accepted);
  CHECK(!(accepted && denied), "call %d was accepted and reported as not made (status %d)", number,
        report->status);
  CHECK(accepted || !is_success(report), "call %d was not accepted and reported as made", number);
  CHECK(!is_success(report) || report->took_effect == TOOK_EFFECT_YES, "call %d: took effect %d",
        number, report->took_effect);
  CHECK(received <= 1 + refused, "call %d was received %d times, refused %d times", number,
        received, refused);
  CHECK(sent <= (int)report->attempts, "call %d was sent %d times in %zu attempts", number, sent,
        report->attempts);
}

static void check_sums(double seconds) {
  int successes = 0, doubts = 0, repeated = 0, faulty = atomic_load(&shared->faults);
  for (int i = 0; i < calls; i++) {
    successes += is_success(&reports[i]);
    doubts += !is_success(&reports[i]) && reports[i].took_effect != TOOK_EFFECT_NO;
    repeated += reports[i].attempts > 1;
  }
  /* Were none faulty, none doubtful or none repeated, all of this would prove nothing. */
  CHECK(faulty > calls / 30 && faulty < calls / 12, "%d faults", faulty);
  CHECK(doubts > calls / 100 && doubts <= faulty, "%d in doubt with %d faults", doubts, faulty);
  CHECK(calls - successes <= faulty, "%d without success, %d faults", calls - successes, faulty);
  CHECK(repeated > calls / 300, "%d with more than one attempt", repeated);
  CHECK(seconds < (is_sanitized() ? 120 : 30), "%f s", seconds);
}

int main(void) {
  const char *other = getenv("SYNTHFLOW_SEED");
  pid_t process;
  seed = other ? strtoull(other, NULL, 10) : seed;
  calls = is_sanitized() ? CALLS / 5 : CALLS;
  int port = start_server(&process);
  double began = clock_now();
  make_calls(port);
  double seconds = clock_now() - began;
  kill(process, SIGKILL); /* what it has not accepted by now, it will not */
  waitpid(process, NULL, 0);
  for (int i = 0; i < calls; i++) {
    check_call(i);
  }
  check_sums(seconds);
  if (checks_failed > 0) {
    printf("the seed was %llu\n", (unsigned long long)seed);
  }
  return checks_conclude("load_test");
}
