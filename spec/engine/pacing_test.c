/* Call attempts per second, by the starts that the engine records: never too early, and not late.
 *
 * Each test has a key of its own, and they all run at the same time. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "clock.h"
#include "peer.h"

enum { CALLS = 200, THREADS = 8, TRIES = 3 };

static const double rate = 20;
static const double rounding = 1e-6;

static pthread_mutex_t checking = PTHREAD_MUTEX_INITIALIZER;

/* The checks of one test after the other. */
#define CHECK_ALONE(condition, ...)    \
  do {                                 \
    pthread_mutex_lock(&checking);     \
    CHECK(condition, __VA_ARGS__);     \
    pthread_mutex_unlock(&checking);   \
  } while (0)

/* How late a start may be. Where one has to wait in vain, it has to wait for a second at least. */
static const double tolerance = 0.9;

/* The name is key and tag. */
static struct settings *settings_of(const char *name, const char *fault, double calls_per_second) {
  struct settings *settings = peer_settings(fault, name);
  settings_set_text(&settings->api_key, name);
  settings->calls_per_second = calls_per_second;
  settings->first_pause = 0.01;
  settings->timeout = 60;
  return settings;
}

static struct exchange *call_of(struct settings *settings) {
  struct exchange *exchange = peer_request(settings, "POST", EFFECT_DIALS, "{}");
  exchange_set_paced(exchange);
  return exchange;
}

static void finish(struct exchange *exchange) {
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
}

static double started(const struct exchange *exchange, size_t attempt) {
  const struct attempt *found = exchange_attempt(exchange, attempt);
  return found ? found->started : -1;
}

static int by_size(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* The seconds until the last one. */
static double check_starts(const char *name, double *starts, int count, double calls_per_second,
                           double began) {
  double least = 1e9, interval = 1 / calls_per_second;
  qsort(starts, (size_t)count, sizeof *starts, by_size);
  for (int i = 1; i < count; i++) {
    double between = starts[i] - starts[i - 1];
    least = between < least ? between : least;
  }
  CHECK_ALONE(starts[0] >= began, "%s: one has no start", name);
  CHECK_ALONE(least >= interval - rounding, "%s: %f s between two starts", name, least);
  return starts[count - 1] - began;
}

/* --- at full rate ----------------------------------------------------------------------------- */

static atomic_llong lost; /* microseconds in which the machine did not let this process run */
static atomic_bool is_over;

/* Apart from the engine: by how much short sleeps end too late. */
static void *watch_the_machine(void *unused) {
  const struct timespec nap = {.tv_nsec = 10000000};
  while (!atomic_load(&is_over)) {
    double began = clock_now();
    nanosleep(&nap, NULL);
    double late = clock_now() - began - 0.01;
    if (late > 0.005) {
      atomic_fetch_add(&lost, (long long)(late * 1e6));
    }
  }
  return unused;
}

static double seconds_of(const char *name, double (*make_calls)(const char *name)) {
  long long before = atomic_load(&lost);
  double seconds = make_calls(name);
  return seconds - 1e-6 * (double)(atomic_load(&lost) - before);
}

/* 200 calls at 20 a second take 10.5 s at most, by a machine that runs them; sanitizers are slow. What
 * the engine loses, it loses every time; the server on a busy machine does not. */
static void check_rate(const char *name, double (*make_calls)(const char *name)) {
  const double most = CALLS / rate * 1.05 + (getenv("SYNTHFLOW_SANITIZED") ? 2 : 0);
  double seconds = seconds_of(name, make_calls);
  for (int i = 1; i < TRIES && seconds > most; i++) {
    seconds = seconds_of(name, make_calls);
  }
  CHECK_ALONE(seconds <= most, "%s: %f s in all", name, seconds);
}

static double make_one_by_one(const char *name) {
  struct settings *settings = settings_of("one-by-one", "ok", rate);
  double starts[CALLS], began = clock_now();
  for (int i = 0; i < CALLS; i++) {
    struct exchange *exchange = call_of(settings);
    peer_run(exchange);
    starts[i] = exchange_status(exchange) == 200 ? started(exchange, 0) : -1;
    exchange_release(exchange);
  }
  settings_release(settings);
  return check_starts(name, starts, CALLS, rate, began);
}

/* From one thread, which makes one call after the other. */
static void *one_by_one(void *unused) {
  check_rate("one by one", make_one_by_one);
  return unused;
}

static double make_all_at_once(const char *name) {
  struct settings *settings = settings_of("all-at-once", "ok", rate);
  struct exchange *exchanges[CALLS];
  double starts[CALLS], began = clock_now();
  int disorder = 0;
  for (int i = 0; i < CALLS; i++) {
    exchanges[i] = call_of(settings);
    engine_submit(exchanges[i], i % 2 ? DRIVE_BACKGROUND : DRIVE_BY_WAITING);
  }
  for (int i = 0; i < CALLS; i++) {
    finish(exchanges[i]);
    starts[i] = exchange_status(exchanges[i]) == 200 ? started(exchanges[i], 0) : -1;
    disorder += i > 0 && starts[i] < starts[i - 1];
    exchange_release(exchanges[i]);
  }
  CHECK_ALONE(disorder == 0, "%s: %d before their time", name, disorder);
  settings_release(settings);
  return check_starts(name, starts, CALLS, rate, began);
}

/* From one thread, which does not wait for the first before it makes the last: in that order. */
static void *all_at_once(void *unused) {
  check_rate("all at once", make_all_at_once);
  return unused;
}

static void *share_of_calls(void *data) {
  double *starts = data;
  struct settings *settings = settings_of("many", "ok", rate);
  for (int i = 0; i < CALLS / THREADS; i++) {
    struct exchange *exchange = call_of(settings);
    peer_run(exchange);
    starts[i] = exchange_status(exchange) == 200 ? started(exchange, 0) : -1;
    exchange_release(exchange);
  }
  settings_release(settings);
  return NULL;
}

static double make_from_many_threads(const char *name) {
  pthread_t threads[THREADS];
  double starts[CALLS], began = clock_now();
  for (size_t i = 0; i < THREADS; i++) {
    pthread_create(&threads[i], NULL, share_of_calls, &starts[i * (CALLS / THREADS)]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  return check_starts(name, starts, CALLS, rate, began);
}

/* From eight threads, each with a client of its own. */
static void *from_many_threads(void *unused) {
  check_rate("many threads", make_from_many_threads);
  return unused;
}

/* --- two clients ------------------------------------------------------------------------------ */

/* The lower rate for both, even if the slower one comes second. */
static void *two_rates(void *unused) {
  enum { EACH = 5 };
  struct settings *fast = settings_of("two-rates", "ok", rate);
  struct settings *slow = settings_of("two-rates", "ok", 4);
  struct exchange *exchanges[2 * EACH];
  double starts[2 * EACH], began = clock_now();
  for (int i = 0; i < 2 * EACH; i++) {
    exchanges[i] = call_of(i % 2 ? slow : fast);
    engine_submit(exchanges[i], DRIVE_BACKGROUND);
  }
  for (int i = 0; i < 2 * EACH; i++) {
    finish(exchanges[i]);
    starts[i] = started(exchanges[i], 0);
    exchange_release(exchanges[i]);
  }
  double seconds = check_starts("two rates", starts, 2 * EACH, 4, began);
  CHECK_ALONE(seconds < 2 * EACH * 0.25 + 2, "two rates: %f s in all", seconds);
  settings_release(fast);
  settings_release(slow);
  return unused;
}

/* Neither another key nor what is no call waits for its turn. */
static void *others_do_not_wait(void *unused) {
  struct settings *slow = settings_of("slow-key", "ok", 0.1);
  struct settings *other = settings_of("other-key", "ok", 0.1);
  struct exchange *exchanges[] = {call_of(slow), call_of(other),
                                  peer_request(slow, "POST", EFFECT_CREATES, "{}")};
  double began = clock_now();
  for (int i = 0; i < 3; i++) {
    engine_submit(exchanges[i], DRIVE_BACKGROUND);
  }
  for (int i = 0; i < 3; i++) {
    finish(exchanges[i]);
    double waited = started(exchanges[i], 0) - began;
    CHECK_ALONE(waited >= 0 && waited < 5, "exchange %d waited %f s", i, waited);
    exchange_release(exchanges[i]);
  }
  settings_release(slow);
  settings_release(other);
  return unused;
}

/* --- the deadline ----------------------------------------------------------------------------- */

/* At once is well before its deadline, at which it would end anyway. */
static void check_hopeless(const char *name, const struct exchange *exchange, double seconds,
                           double most) {
  CHECK_ALONE(exchange_outcome(exchange) == OUTCOME_TIMEOUT, "%s: outcome %d", name,
              exchange_outcome(exchange));
  CHECK_ALONE(exchange_took_effect(exchange) == TOOK_EFFECT_NO, "%s: took effect %d", name,
              exchange_took_effect(exchange));
  CHECK_ALONE(exchange_phase(exchange) == PHASE_QUEUE && exchange_attempt_count(exchange) == 0,
              "%s: phase %d, %zu attempts", name, exchange_phase(exchange),
              exchange_attempt_count(exchange));
  CHECK_ALONE(seconds < most, "%s: %f s", name, seconds);
  CHECK_ALONE(exchange_message(exchange)[0] != '\0', "%s: nothing is said", name);
}

/* One call in two seconds: the second one has no time for that, the third has. */
static void *who_cannot_start_in_time_fails_at_once(void *unused) {
  struct settings *settings = settings_of("hopeless", "ok", 0.5);
  struct exchange *first = call_of(settings), *second = call_of(settings);
  struct exchange *third = call_of(settings);
  exchange_set_timeout(second, 1.5);
  peer_run(first);
  double began = clock_now();
  peer_run(second);
  check_hopeless("hopeless", second, clock_now() - began, 1);
  peer_run(third);
  double between = started(third, 0) - started(first, 0);
  CHECK_ALONE(between >= 2 - rounding && between < 2 + tolerance, "%f s between two", between);
  CHECK_ALONE(peer_received("hopeless").requests == 2, "%d received",
              peer_received("hopeless").requests);
  exchange_release(first);
  exchange_release(second);
  exchange_release(third);
  settings_release(settings);
  return unused;
}

/* Those before it count too: at one a second the fourth one has to wait for 3 s. */
static void *those_before_it_count(void *unused) {
  enum { QUEUED = 4 };
  struct settings *settings = settings_of("behind", "ok", 1);
  struct exchange *exchanges[QUEUED];
  for (int i = 0; i < QUEUED; i++) {
    exchanges[i] = call_of(settings);
    exchange_set_timeout(exchanges[i], i == QUEUED - 1 ? 1.5 : 20);
  }
  for (int i = 0; i < QUEUED - 1; i++) {
    engine_submit(exchanges[i], DRIVE_BACKGROUND);
  }
  double began = clock_now();
  peer_run(exchanges[QUEUED - 1]);
  check_hopeless("behind others", exchanges[QUEUED - 1], clock_now() - began, 1);
  for (int i = 0; i < QUEUED; i++) {
    finish(exchanges[i]);
    exchange_release(exchanges[i]);
  }
  CHECK_ALONE(peer_received("behind").requests == QUEUED - 1, "%d received",
              peer_received("behind").requests);
  settings_release(settings);
  return unused;
}

/* --- the platform has had enough -------------------------------------------------------------- */

static struct exchange *refused(const char *name, const char *fault) {
  struct settings *settings = settings_of(name, fault, rate);
  settings->retries = 0;
  struct exchange *exchange = call_of(settings);
  peer_run(exchange);
  CHECK_ALONE(exchange_status(exchange) == 429 && exchange_took_effect(exchange) == TOOK_EFFECT_NO,
              "%s: status %d, took effect %d", name, exchange_status(exchange),
              exchange_took_effect(exchange));
  settings_release(settings);
  return exchange;
}

static double ended(const struct exchange *exchange) {
  const struct attempt *attempt = exchange_attempt(exchange, 0);
  return attempt->started + attempt->seconds;
}

/* All calls with this key wait for a second; who cannot, fails at once. */
static void a_429_pauses(const char *name, const char *fault) {
  struct exchange *first = refused(name, fault);
  struct settings *settings = settings_of(name, "ok", rate);
  struct exchange *second = call_of(settings), *third = call_of(settings);
  struct exchange *hasty = call_of(settings);
  exchange_set_timeout(hasty, 0.5);
  double began = clock_now();
  peer_run(hasty);
  check_hopeless(name, hasty, clock_now() - began, 0.4);
  engine_submit(second, DRIVE_BACKGROUND);
  engine_submit(third, DRIVE_BACKGROUND);
  finish(second);
  finish(third);
  double pause = started(second, 0) - ended(first);
  double between = started(third, 0) - started(second, 0);
  CHECK_ALONE(pause >= 1 - rounding && pause < 1 + tolerance, "%s: %f s", name, pause);
  CHECK_ALONE(between >= 1 / rate - rounding, "%s: %f s between two", name, between);
  CHECK_ALONE(peer_received(name).requests == 3, "%s: %d received", name,
              peer_received(name).requests);
  exchange_release(first);
  exchange_release(second);
  exchange_release(third);
  exchange_release(hasty);
  settings_release(settings);
}

static void *without_retry_after(void *unused) {
  a_429_pauses("enough", "status-429");
  return unused;
}

static void *with_retry_after(void *unused) {
  a_429_pauses("enough-for-now", "retry_after-429");
  return unused;
}

/* Those who wait already, and have no time for the pause, learn of it when it begins. */
static void *waiting_ones_are_told(void *unused) {
  struct settings *refusing = settings_of("told", "status-429", 2);
  struct settings *settings = settings_of("told", "ok", 2);
  refusing->retries = 0;
  struct exchange *first = call_of(refusing), *second = call_of(settings);
  struct exchange *third = call_of(settings);
  exchange_set_timeout(second, 0.95);
  engine_submit(first, DRIVE_BACKGROUND);
  engine_submit(second, DRIVE_BACKGROUND);
  engine_submit(third, DRIVE_BACKGROUND);
  finish(second);
  finish(first);
  check_hopeless("told", second, clock_now() - ended(first), 0.8);
  finish(third);
  CHECK_ALONE(exchange_status(third) == 200 && started(third, 0) >= ended(first) + 1 - rounding,
              "the third one after %f s", started(third, 0) - ended(first));
  exchange_release(first);
  exchange_release(second);
  exchange_release(third);
  settings_release(refusing);
  settings_release(settings);
  return unused;
}

/* Its own other attempts wait as well: for 1 s, then for 2 s; and they are starts like others. */
static void *attempts_are_paced(void *unused) {
  struct settings *settings = settings_of("attempts", "status-429", 1.25);
  struct settings *unpaced = settings_of("no-attempts", "status-429", 0);
  struct exchange *exchange = call_of(settings), *other = call_of(unpaced);
  double began = clock_now();
  peer_run(other);
  CHECK_ALONE(exchange_attempt_count(other) == 3 && clock_now() - began < tolerance,
              "without a rate: %zu attempts in %f s", exchange_attempt_count(other),
              clock_now() - began);
  peer_run(exchange);
  double first = started(exchange, 1) - ended(exchange);
  double second = started(exchange, 2) - started(exchange, 1);
  CHECK_ALONE(exchange_attempt_count(exchange) == 3 && exchange_status(exchange) == 429,
              "%zu attempts, status %d", exchange_attempt_count(exchange),
              exchange_status(exchange));
  CHECK_ALONE(first >= 1 - rounding && first < 1 + tolerance, "the first pause: %f s", first);
  CHECK_ALONE(second >= 2 - rounding && second < 2 + tolerance, "the second: %f s", second);
  exchange_release(exchange);
  exchange_release(other);
  settings_release(settings);
  settings_release(unpaced);
  return unused;
}

/* Where there is no time for another attempt, the refusal is what its owner is told, at once. */
static void *the_refusal_is_not_lost(void *unused) {
  struct settings *settings = settings_of("not-lost", "status-429", rate);
  struct exchange *exchange = call_of(settings);
  exchange_set_timeout(exchange, 0.95);
  double began = clock_now();
  peer_run(exchange);
  double seconds = clock_now() - began;
  CHECK_ALONE(exchange_outcome(exchange) == OUTCOME_RESPONSE && exchange_status(exchange) == 429,
              "outcome %d, status %d", exchange_outcome(exchange), exchange_status(exchange));
  CHECK_ALONE(exchange_took_effect(exchange) == TOOK_EFFECT_NO, "took effect %d",
              exchange_took_effect(exchange));
  CHECK_ALONE(exchange_attempt_count(exchange) == 1 && seconds < 0.8,
              "%zu attempts in %f s", exchange_attempt_count(exchange), seconds);
  exchange_release(exchange);
  settings_release(settings);
  return unused;
}

/* --- ends ahead of time ----------------------------------------------------------------------- */

/* Those behind one that leaves come the sooner; nobody is forgotten. Four take 3 s; 6 s and more if those
 * who were cancelled, or closed, kept their turns. */
static void *who_waits_may_leave(void *unused) {
  enum { QUEUED = 10 };
  struct settings *settings = settings_of("leaves", "ok", 1);
  struct settings *closing = settings_of("leaves", "ok", 1);
  struct exchange *exchanges[QUEUED];
  double starts[QUEUED] = {0}, began = clock_now();
  int count = 0;
  for (int i = 0; i < QUEUED; i++) {
    exchanges[i] = call_of(i % 3 == 2 ? closing : settings);
    engine_submit(exchanges[i], DRIVE_BACKGROUND);
  }
  for (int i = 1; i < QUEUED; i += 3) {
    engine_cancel(exchanges[i]);
  }
  engine_close(closing);
  for (int i = 0; i < QUEUED; i++) {
    static const enum outcome expected[] = {OUTCOME_RESPONSE, OUTCOME_CANCELLED, OUTCOME_CLOSED};
    finish(exchanges[i]);
    CHECK_ALONE(exchange_outcome(exchanges[i]) == expected[i % 3], "%d: outcome %d", i,
                exchange_outcome(exchanges[i]));
    CHECK_ALONE(i % 3 == 0 || exchange_took_effect(exchanges[i]) == TOOK_EFFECT_NO,
                "%d: it was never sent", i);
    if (i % 3 == 0) {
      starts[count++] = started(exchanges[i], 0);
    }
    exchange_release(exchanges[i]);
  }
  double seconds = check_starts("some leave", starts, count, 1, began);
  CHECK_ALONE(seconds < 5, "some leave: %f s in all", seconds);
  CHECK_ALONE(peer_received("leaves").requests == count, "%d received",
              peer_received("leaves").requests);
  settings_release(settings);
  settings_release(closing);
  return unused;
}

int main(void) {
  static void *(*const tests[])(void *) = {
      one_by_one,          all_at_once,           from_many_threads,
      two_rates,           others_do_not_wait,    who_cannot_start_in_time_fails_at_once,
      those_before_it_count, without_retry_after, with_retry_after,
      waiting_ones_are_told, attempts_are_paced,  the_refusal_is_not_lost,
      who_waits_may_leave,
  };
  enum { TESTS = sizeof tests / sizeof *tests };
  pthread_t threads[TESTS], watch;
  peer_start();
  pthread_create(&watch, NULL, watch_the_machine, NULL);
  for (int i = 0; i < TESTS; i++) {
    pthread_create(&threads[i], NULL, tests[i], NULL);
  }
  for (int i = 0; i < TESTS; i++) {
    pthread_join(threads[i], NULL);
  }
  atomic_store(&is_over, true);
  pthread_join(watch, NULL);
  return checks_conclude("pacing_test");
}
