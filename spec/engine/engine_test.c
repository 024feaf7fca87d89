/* Who drives, who waits, what is counted, when it ends: against a real server. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "engine_private.h"
#include "peer.h"

/* One attempt each: what follows it is for retry_test. */
static struct settings *single(struct settings *settings) {
  settings->retries = 0;
  return settings;
}

enum { TRIES = 5 };

/* How late the end by a deadline may be; sanitizers are slow. The engine is late every time if it is at
 * fault, the machine is not: one of so many tries must be in time. */
static double tolerance(void) {
  return getenv("SYNTHFLOW_SANITIZED") ? 2.0 : 0.1;
}

/* How late something else may be that would not come for a long time, or never. */
static const double patience = 2;

static bool succeeded(const struct exchange *exchange) {
  return exchange_outcome(exchange) == OUTCOME_RESPONSE && exchange_status(exchange) == 200;
}

static struct engine_stats stats(void) {
  struct engine_stats now;
  engine_read_stats(&now);
  return now;
}

/* --- a lone caller ---------------------------------------------------------------------- */

static void nothing_before_the_first_request(void) {
  struct settings *settings = single(peer_settings("ok", "never"));
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  struct engine_stats now = stats();
  CHECK(now.connections_opened == 0 && !now.thread && now.submitted == 0, "something began");
  exchange_release(exchange);
  settings_release(settings);
}

static void a_lone_caller_needs_no_thread(void) {
  struct settings *settings = single(peer_settings("ok", "lone"));
  int good = 0;
  for (int i = 0; i < 50; i++) {
    struct exchange *exchange = peer_request(settings, "POST", EFFECT_CREATES, "{\"a\":1}");
    peer_run(exchange);
    good += succeeded(exchange) && exchange_took_effect(exchange) == TOOK_EFFECT_YES;
    CHECK(exchange_timing(exchange)->reused == (i > 0), "request %d: reused", i);
    exchange_release(exchange);
  }
  struct peer_count count = peer_received("lone");
  CHECK(good == 50, "%d of 50", good);
  CHECK(count.requests == 50 && count.connections == 1, "%d requests on %d connections",
        count.requests, count.connections);
  CHECK(!stats().thread, "a thread was started");
  CHECK(stats().in_flight == 0, "%zu in flight", stats().in_flight);
  settings_release(settings);
}

/* --- deadlines -------------------------------------------------------------------------- */

static double deadline_is_late_by(const char *what, struct settings *settings, enum phase phase,
                                  enum took_effect took_effect) {
  const double deadline = 0.7;
  struct exchange *exchange = peer_request(settings, "POST", EFFECT_DIALS, NULL);
  exchange_set_timeout(exchange, deadline);
  double began = clock_now();
  peer_run(exchange);
  double seconds = clock_now() - began;
  CHECK(exchange_outcome(exchange) == OUTCOME_TIMEOUT, "%s: outcome %d (%s)", what,
        exchange_outcome(exchange), exchange_message(exchange));
  CHECK(exchange_phase(exchange) == phase, "%s: phase %d", what, exchange_phase(exchange));
  CHECK(exchange_took_effect(exchange) == took_effect, "%s: took effect %d", what,
        exchange_took_effect(exchange));
  CHECK(seconds >= deadline - 0.001, "%s: only %f s", what, seconds);
  exchange_release(exchange);
  return seconds - deadline;
}

static void a_deadline_is_kept(const char *what, struct settings *settings, enum phase phase,
                               enum took_effect took_effect) {
  double late = deadline_is_late_by(what, settings, phase, took_effect);
  for (int i = 1; i < TRIES && late >= tolerance(); i++) {
    late = deadline_is_late_by(what, settings, phase, took_effect);
  }
  CHECK(late < tolerance(), "%s: %f s late", what, late);
  settings_release(settings);
}

/* Reads wait for one another's connection, in the hope of HTTP/2; not for one another's time. */
static void times_to_connect_do_not_add_up(void) {
  enum { READS = 4 };
  struct settings *settings = single(peer_settings_at("tls_stall"));
  struct exchange *reads[READS];
  settings->connect_timeout = 0.7;
  double began = clock_now();
  for (int i = 0; i < READS; i++) {
    reads[i] = peer_request(settings, "GET", EFFECT_READ, NULL);
    engine_submit(reads[i], DRIVE_BY_WAITING);
  }
  for (int i = 0; i < READS; i++) {
    while (engine_wait(reads[i], 0.25) != WAIT_DONE) {
    }
    CHECK(exchange_outcome(reads[i]) == OUTCOME_TIMEOUT, "read %d: outcome %d", i,
          exchange_outcome(reads[i]));
    CHECK(exchange_took_effect(reads[i]) == TOOK_EFFECT_NO, "read %d: nothing was sent", i);
    exchange_release(reads[i]);
  }
  double seconds = clock_now() - began;
  CHECK(seconds >= 0.699 && seconds < 1.35, "%f s", seconds); /* two of them are 1.4 s */
  settings_release(settings);
}

/* The caller may be away while the answer arrives and the deadline passes. */
static void an_answer_that_is_there_beats_the_deadline(void) {
  struct settings *settings = single(peer_settings("ok", "late"));
  struct exchange *warm = peer_request(settings, "GET", EFFECT_READ, NULL);
  peer_run(warm);
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  exchange_set_timeout(exchange, 0.7);
  engine_submit(exchange, DRIVE_BY_WAITING);
  double began = clock_now();
  while (peer_received("late").requests < 2 && clock_now() < began + 5) {
    engine_wait(exchange, 0.0001); /* until it is sent, whatever else */
  }
  while (clock_now() < began + 0.75) {
    peer_received("late");
  }
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
  CHECK(succeeded(exchange), "outcome %d", exchange_outcome(exchange));
  exchange_release(warm);
  exchange_release(exchange);
  settings_release(settings);
}

/* A handle may hold TLS sessions, which must not be freed while others fork; and they are worth keeping. */
static void what_is_never_sent_gives_its_handle_back(void) {
  struct settings *settings = single(peer_settings("silence", "unsent"));
  settings->connections = 1;
  struct exchange *running = peer_request(settings, "POST", EFFECT_CREATES, NULL);
  struct exchange *queued = peer_request(settings, "POST", EFFECT_CREATES, NULL);
  struct exchange *late = peer_request(settings, "POST", EFFECT_CREATES, NULL);
  engine_submit(running, DRIVE_BY_WAITING);
  struct engine *engine = running->engine;
  engine_submit(queued, DRIVE_BY_WAITING);
  size_t kept = engine->handles.count;
  engine_cancel(queued);
  while (engine_wait(queued, 0.25) != WAIT_DONE) {
  }
  CHECK(engine->handles.count == kept + 1, "%zu handles, %zu before", engine->handles.count, kept);
  settings->calls_per_second = 0.001;
  for (int i = 0; i < 2; i++) {
    exchange_release(late);
    late = peer_request(settings, "POST", EFFECT_DIALS, NULL);
    exchange_set_paced(late);
    exchange_set_timeout(late, 1);
    kept = engine->handles.count;
    if (!engine_submit(late, DRIVE_BY_WAITING)) {
      CHECK(exchange_outcome(late) == OUTCOME_TIMEOUT, "outcome %d", exchange_outcome(late));
      size_t now = engine->handles.count + engine->handles.left_count;
      CHECK(now > 0 && now >= kept, "%zu handles, %zu before", now, kept);
    }
  }
  CHECK(exchange_outcome(late) == OUTCOME_TIMEOUT, "its turn came");
  engine_close(settings);
  exchange_release(running);
  exchange_release(queued);
  exchange_release(late);
  settings_release(settings);
}

static double deadline_in_queue_is_late_by(struct settings *settings) {
  const double deadline = 0.1;
  int before = peer_received("queue").requests;
  struct exchange *first = peer_request(settings, "POST", EFFECT_CREATES, NULL);
  struct exchange *second = peer_request(settings, "POST", EFFECT_CREATES, NULL);
  exchange_set_timeout(second, deadline);
  double began = clock_now();
  engine_submit(first, DRIVE_BY_WAITING);
  engine_submit(second, DRIVE_BY_WAITING);
  while (engine_wait(second, 0.25) != WAIT_DONE) {
  }
  double seconds = clock_now() - began;
  CHECK(exchange_outcome(second) == OUTCOME_TIMEOUT, "outcome %d", exchange_outcome(second));
  CHECK(exchange_phase(second) == PHASE_QUEUE && exchange_took_effect(second) == TOOK_EFFECT_NO,
        "phase %d", exchange_phase(second));
  CHECK(exchange_attempt_count(second) == 0, "it was never tried");
  while (engine_wait(first, 0.25) != WAIT_DONE) {
  }
  CHECK(succeeded(first), "outcome %d", exchange_outcome(first));
  int received = peer_received("queue").requests - before;
  CHECK(received == 1, "%d received", received);
  exchange_release(first);
  exchange_release(second);
  return seconds - deadline;
}

static void the_queue_counts_into_the_deadline(void) {
  struct settings *settings = single(peer_settings("delay-1000", "queue"));
  settings->connections = 1;
  double late = deadline_in_queue_is_late_by(settings);
  for (int i = 1; i < TRIES && late >= tolerance(); i++) {
    late = deadline_in_queue_is_late_by(settings);
  }
  CHECK(late < tolerance(), "%f s late", late);
  settings_release(settings);
}

/* --- many at once ------------------------------------------------------------------------ */

enum { CROWD = 200, CAP = 4 };

static double started(const struct exchange *exchange) {
  return exchange_attempt_count(exchange) > 0 ? exchange_attempt(exchange, 0)->started : -1;
}

static void the_background_thread_alone_serves_a_crowd(void) {
  struct settings *settings = single(peer_settings("delay-5", "crowd"));
  struct exchange *crowd[CROWD];
  settings->connections = CAP;
  for (int i = 0; i < CROWD; i++) {
    crowd[i] = peer_request(settings, "POST", EFFECT_CREATES, "{}");
    engine_submit(crowd[i], DRIVE_BACKGROUND);
  }
  int good = 0, in_order = 1;
  double latest = 0;
  for (int i = 0; i < CROWD; i++) {
    while (engine_wait(crowd[i], 0.25) != WAIT_DONE) {
    }
    good += succeeded(crowd[i]);
    in_order &= started(crowd[i]) >= latest;
    latest = started(crowd[i]);
    exchange_release(crowd[i]);
  }
  struct peer_count count = peer_received("crowd");
  CHECK(good == CROWD, "%d of %d", good, CROWD);
  CHECK(count.requests == CROWD && count.connections <= CAP, "%d requests on %d connections",
        count.requests, count.connections);
  CHECK(in_order, "first in, first out");
  CHECK(stats().thread, "the background thread drove");
  settings_release(settings);
}

enum { THREADS = 16, EACH = 100 };

/* The thread may be about to leave when the next one comes. */
static void the_background_goes_on(void) {
  struct settings *settings = single(peer_settings("ok", "goes_on"));
  int good = 0;
  for (int i = 0; i < CROWD; i++) {
    struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
    exchange_set_timeout(exchange, 5);
    engine_submit(exchange, DRIVE_BACKGROUND);
    double until = clock_now() + 5;
    while (engine_wait(exchange, 0) != WAIT_DONE && clock_now() < until) {
    }
    good += engine_wait(exchange, 0) == WAIT_DONE && succeeded(exchange);
    exchange_release(exchange);
  }
  CHECK(good == CROWD, "%d of %d", good, CROWD);
  settings_release(settings);
}

static struct settings *shared_settings;
static enum effect shared_effect;

static void *work(void *data) {
  int *good = data;
  for (int i = 0; i < EACH; i++) {
    struct exchange *exchange = peer_request(shared_settings, "POST", shared_effect, "{}");
    peer_run(exchange);
    *good += succeeded(exchange);
    exchange_release(exchange);
  }
  return NULL;
}

/* Reads too: waiting for an HTTP/2 that never comes starved all but one of them. */
static void threads_share_connections(const char *tag, enum effect effect) {
  pthread_t threads[THREADS];
  int good[THREADS] = {0}, sum = 0;
  shared_settings = single(peer_settings("delay-2", tag));
  shared_settings->connections = 8;
  shared_effect = effect;
  for (int i = 0; i < THREADS; i++) {
    pthread_create(&threads[i], NULL, work, &good[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    sum += good[i];
  }
  struct peer_count count = peer_received(tag);
  CHECK(sum == THREADS * EACH, "%d of %d", sum, THREADS * EACH);
  CHECK(count.requests == THREADS * EACH, "%d received", count.requests);
  CHECK(count.connections == 8, "%d connections", count.connections);
  settings_release(shared_settings);
}

static void *wait_for_slow(void *data) {
  struct exchange *exchange = data;
  engine_submit(exchange, DRIVE_BY_WAITING);
  while (engine_wait(exchange, 20) != WAIT_DONE) {
  }
  return NULL;
}

/* Its driver leaves with an answer of its own; the others must go on. */
static void a_follower_outlives_its_driver(void) {
  struct settings *quick = single(peer_settings("delay-50", "quick"));
  struct settings *slow = single(peer_settings("delay-400", "slow"));
  struct exchange *first = peer_request(quick, "GET", EFFECT_READ, NULL);
  struct exchange *second = peer_request(slow, "GET", EFFECT_READ, NULL);
  pthread_t thread;
  engine_submit(first, DRIVE_BY_WAITING);
  pthread_create(&thread, NULL, wait_for_slow, second);
  while (engine_wait(first, 0.25) != WAIT_DONE) {
  }
  pthread_join(thread, NULL);
  CHECK(succeeded(first) && succeeded(second), "%d, %d", exchange_outcome(first),
        exchange_outcome(second));
  CHECK(exchange_timing(second)->total < 0.4 + patience, "%f s",
        exchange_timing(second)->total);
  exchange_release(first);
  exchange_release(second);
  settings_release(quick);
  settings_release(slow);
}

/* --- ends ahead of time ------------------------------------------------------------------- */

static void a_running_exchange_is_cancelled(enum engine_driver driver) {
  const char *tag = driver == DRIVE_BACKGROUND ? "cancel_background" : "cancel";
  struct settings *settings = single(peer_settings("silence", tag));
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  engine_submit(exchange, driver);
  while (peer_received(tag).requests == 0 && engine_wait(exchange, 0.01) != WAIT_DONE) {
  }
  double began = clock_now();
  engine_cancel(exchange);
  engine_cancel(exchange);
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
  CHECK(exchange_outcome(exchange) == OUTCOME_CANCELLED, "outcome %d", exchange_outcome(exchange));
  CHECK(clock_now() - began < patience, "%f s", clock_now() - began);
  CHECK(exchange_took_effect(exchange) == TOOK_EFFECT_MAYBE, "it was sent");
  exchange_release(exchange);
  settings_release(settings);
}

static void a_waiting_exchange_is_cancelled(void) {
  struct settings *settings = single(peer_settings("silence", "cancel_waiting"));
  settings->connections = 1;
  struct exchange *first = peer_request(settings, "POST", EFFECT_DIALS, NULL);
  struct exchange *second = peer_request(settings, "POST", EFFECT_DIALS, NULL);
  engine_submit(first, DRIVE_BACKGROUND);
  engine_submit(second, DRIVE_BACKGROUND);
  while (peer_received("cancel_waiting").requests == 0 && engine_wait(first, 0.01) != WAIT_DONE) {
  }
  engine_cancel(second);
  while (engine_wait(second, 0.25) != WAIT_DONE) {
  }
  CHECK(exchange_outcome(second) == OUTCOME_CANCELLED, "outcome %d", exchange_outcome(second));
  CHECK(exchange_took_effect(second) == TOOK_EFFECT_NO, "it was never sent");
  engine_cancel(first);
  while (engine_wait(first, 0.25) != WAIT_DONE) {
  }
  CHECK(peer_received("cancel_waiting").requests == 1, "the other one only");
  exchange_release(first);
  exchange_release(second);
  settings_release(settings);
}

static void an_owner_may_leave(enum engine_driver driver) {
  struct settings *settings = single(peer_settings("silence", "leave"));
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  engine_submit(exchange, driver);
  engine_wait(exchange, 0.02);
  engine_cancel(exchange);
  exchange_release(exchange);
  settings_release(settings);
  double until = clock_now() + 5;
  while (stats().in_flight > 0 && clock_now() < until) {
  }
  CHECK(stats().in_flight == 0, "%zu still in flight", stats().in_flight);
}

enum { EXPIRING = 50 };

static struct exchange *expiring[EXPIRING];

static void *cancel_all(void *data) {
  const double *moment = data;
  while (clock_now() < *moment) {
  }
  for (int i = EXPIRING - 1; i >= 0; i--) {
    engine_cancel(expiring[i]);
  }
  return NULL;
}

/* Cancelled in the very moment in which they expire, running ones and waiting ones. */
static void deadline_and_cancel_may_meet(void) {
  struct settings *settings = single(peer_settings("silence", "meet"));
  for (int round = 0; round < 40; round++) {
    double moment = clock_now() + 0.02 + round * 0.00005;
    pthread_t thread;
    for (int i = 0; i < EXPIRING; i++) {
      expiring[i] = peer_request(settings, "POST", EFFECT_CREATES, "{}");
      exchange_set_timeout(expiring[i], 0.02);
      engine_submit(expiring[i], DRIVE_BACKGROUND);
    }
    pthread_create(&thread, NULL, cancel_all, &moment);
    int ended = 0;
    for (int i = 0; i < EXPIRING; i++) {
      engine_wait(expiring[i], 5);
      ended += exchange_outcome(expiring[i]) == OUTCOME_TIMEOUT ||
               exchange_outcome(expiring[i]) == OUTCOME_CANCELLED;
    }
    pthread_join(thread, NULL);
    double late = 0;
    for (int i = 0; i < EXPIRING; i++) {
      double total = exchange_timing(expiring[i])->total;
      late = total > late ? total : late;
      exchange_release(expiring[i]);
    }
    CHECK(ended == EXPIRING, "round %d: %d of %d ended", round, ended, EXPIRING);
    CHECK(late < 0.02 + patience, "round %d: one took %f s", round, late);
  }
  CHECK(stats().in_flight == 0, "%zu still in flight", stats().in_flight);
  settings_release(settings);
}

/* --- at most once -------------------------------------------------------------------------- */

static void is_received_once(const char *fault, const char *method, enum effect effect,
                             const char *body) {
  char tag[128];
  snprintf(tag, sizeof tag, "once_%s_%s_%s", fault, method, body ? "body" : "bare");
  struct settings *settings = single(peer_settings(fault, tag));
  struct exchange *first = peer_request(settings, method, effect, body);
  struct exchange *second = peer_request(settings, method, effect, body);
  peer_run(first);
  peer_run(second);
  struct peer_count count = peer_received(tag);
  CHECK(succeeded(first), "%s: outcome %d", tag, exchange_outcome(first));
  CHECK(count.requests == 2, "%s: %d received", tag, count.requests);
  CHECK(exchange_outcome(second) == OUTCOME_NETWORK, "%s: outcome %d", tag,
        exchange_outcome(second));
  CHECK(exchange_took_effect(second) == TOOK_EFFECT_MAYBE, "%s: took effect", tag);
  CHECK(exchange_attempt(second, 0)->reused, "%s: over the same connection", tag);
  exchange_release(first);
  exchange_release(second);
  settings_release(settings);
}

static void nothing_is_sent_twice(void) {
  static const char *const faults[] = {"keep_then_die", "keep_then_reset"};
  for (size_t i = 0; i < 2; i++) {
    is_received_once(faults[i], "POST", EFFECT_CREATES, "{\"a\":1}");
    is_received_once(faults[i], "POST", EFFECT_DIALS, NULL);
    is_received_once(faults[i], "GET", EFFECT_READ, NULL);
    is_received_once(faults[i], "DELETE", EFFECT_IDEMPOTENT, NULL);
    is_received_once(faults[i], "PATCH", EFFECT_IDEMPOTENT, "{}");
  }
}

static void a_silent_connection_is_not_used_again(void) {
  struct settings *settings = single(peer_settings("keep_then_silence", "silent_reuse"));
  struct exchange *exchange[3];
  for (int i = 0; i < 3; i++) {
    exchange[i] = peer_request(settings, "GET", EFFECT_READ, NULL);
    exchange_set_timeout(exchange[i], 0.7);
    peer_run(exchange[i]);
  }
  CHECK(succeeded(exchange[0]), "the first one");
  CHECK(exchange_outcome(exchange[1]) == OUTCOME_TIMEOUT, "the second one meets the silence");
  CHECK(succeeded(exchange[2]), "the third one has a connection of its own");
  for (int i = 0; i < 3; i++) {
    exchange_release(exchange[i]);
  }
  settings_release(settings);
}

/* --- limits --------------------------------------------------------------------------------- */

static void a_response_has_a_limit(const char *fault) {
  struct settings *settings = single(peer_settings(fault, "limit"));
  settings->max_response_bytes = 100000;
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  peer_run(exchange);
  CHECK(exchange_outcome(exchange) == OUTCOME_TOO_LARGE, "%s: outcome %d", fault,
        exchange_outcome(exchange));
  CHECK(exchange_response(exchange)->length == 100000, "%s: %zu bytes kept", fault,
        exchange_response(exchange)->length);
  CHECK(exchange_took_effect(exchange) == TOOK_EFFECT_YES, "%s: a 2xx arrived", fault);
  exchange_release(exchange);
  settings_release(settings);
}

int main(void) {
  peer_start();
  nothing_before_the_first_request();
  a_lone_caller_needs_no_thread();
  an_answer_that_is_there_beats_the_deadline();
  a_deadline_is_kept("silence", single(peer_settings("silence", "silence")), PHASE_SEND,
                     TOOK_EFFECT_MAYBE);
  a_deadline_is_kept("slow drip", single(peer_settings("slow_drip", "drip")), PHASE_RECEIVE,
                     TOOK_EFFECT_YES);
  a_deadline_is_kept("TLS stall", single(peer_settings_at("tls_stall")), PHASE_TLS, TOOK_EFFECT_NO);
  CHECK(!stats().thread, "so far nobody needed the thread");
  times_to_connect_do_not_add_up();
  what_is_never_sent_gives_its_handle_back();
  the_queue_counts_into_the_deadline();
  a_running_exchange_is_cancelled(DRIVE_BY_WAITING);
  an_owner_may_leave(DRIVE_BY_WAITING);
  nothing_is_sent_twice();
  a_silent_connection_is_not_used_again();
  a_response_has_a_limit("huge");
  a_response_has_a_limit("gzip_bomb");
  the_background_thread_alone_serves_a_crowd();
  the_background_goes_on();
  threads_share_connections("threads_creating", EFFECT_CREATES);
  threads_share_connections("threads_reading", EFFECT_READ);
  a_follower_outlives_its_driver();
  a_running_exchange_is_cancelled(DRIVE_BACKGROUND);
  a_waiting_exchange_is_cancelled();
  an_owner_may_leave(DRIVE_BACKGROUND);
  deadline_and_cancel_may_meet();
  return checks_conclude("engine_test");
}
