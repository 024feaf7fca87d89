/* What an exchange of several attempts comes to: pauses, the budget, what earlier attempts did. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "peer.h"

/* At a host of this name, so that each test has a budget of its own; the tag is the same. What
 * follows a slash in `fault` belongs behind the tag. */
static struct settings *settings_at(const char *name, const char *fault) {
  char host[96], first[64], place[128];
  const char *argument = strchr(fault, '/');
  snprintf(host, sizeof host, "%s.localhost", name);
  snprintf(first, sizeof first, "%.*s", (int)strcspn(fault, "/"), fault);
  snprintf(place, sizeof place, "%s%s", name, argument ? argument : "");
  struct settings *settings = peer_settings_on("plain", host, first, place);
  settings->first_pause = 0.002;
  return settings;
}

/* What came of one exchange. */
struct result {
  size_t attempts;
  enum outcome outcome;
  int status;
  enum took_effect took_effect;
  double retry_after;
  double seconds;
  bool was_gone;
  bool budget_refused;
  int received;
};

static struct result finish(struct exchange *exchange, const char *tag, double began) {
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
  struct result result = {
      .attempts = exchange_attempt_count(exchange),
      .outcome = exchange_outcome(exchange),
      .status = exchange_status(exchange),
      .took_effect = exchange_took_effect(exchange),
      .retry_after = exchange_retry_after(exchange),
      .seconds = clock_now() - began,
      .was_gone = exchange_was_gone(exchange),
      .budget_refused = exchange_budget_refused(exchange),
      .received = peer_received(tag).requests,
  };
  exchange_release(exchange);
  return result;
}

static struct result run(struct settings *settings, const char *tag, const char *method,
                         enum effect effect) {
  struct exchange *exchange = peer_request(settings, method, effect, NULL);
  double began = clock_now();
  engine_submit(exchange, DRIVE_BY_WAITING);
  return finish(exchange, tag, began);
}

static struct result run_once(const char *host, const char *fault, const char *method,
                              enum effect effect) {
  struct settings *settings = settings_at(host, fault);
  struct result result = run(settings, host, method, effect);
  settings_release(settings);
  return result;
}

/* --- pauses ----------------------------------------------------------------------------------- */

static void a_pause_that_outlasts_the_deadline_is_not_begun(const char *fault, int status,
                                                            enum took_effect took_effect) {
  static const char *const names[] = {"read", "idempotent", "creates", "dials"};
  for (int effect = EFFECT_READ; effect <= EFFECT_DIALS; effect++) {
    char host[64];
    snprintf(host, sizeof host, "outlasts-%d-%s", status, names[effect]);
    struct result result = run_once(host, fault, "POST", (enum effect)effect);
    CHECK(result.attempts == 1 && result.received == 1, "%s: %zu attempts, %d received", host,
          result.attempts, result.received);
    CHECK(result.outcome == OUTCOME_RESPONSE && result.status == status, "%s: status %d", host,
          result.status);
    CHECK(result.took_effect == took_effect, "%s: took effect %d", host, result.took_effect);
    CHECK(result.retry_after == 60, "%s: retry_after %f", host, result.retry_after);
    CHECK(result.seconds < 5, "%s: %f s", host, result.seconds);
  }
}

/* The first pause ends after 1 s at the latest, the second after 1.5 s at the earliest. */
static void its_own_pause_is_not_begun_either(void) {
  struct settings *settings = settings_at("own-pause", "status-500");
  settings->first_pause = 1;
  settings->timeout = 1.45;
  settings->retries = 10;
  struct result result = run(settings, "own-pause", "GET", EFFECT_READ);
  CHECK(result.outcome == OUTCOME_RESPONSE && result.status == 500, "outcome %d, status %d",
        result.outcome, result.status);
  CHECK(result.attempts == 2 && result.received == 2, "%zu attempts, %d received", result.attempts,
        result.received);
  CHECK(result.seconds < 1.4, "%f s", result.seconds);
  settings_release(settings);
}

/* Nor does anybody wait for those who pause. */
static void what_the_answer_asks_for_is_waited(void) {
  struct settings *seconds = settings_at("asks", "retry_after-429");
  struct settings *date = settings_at("asks-date", "retry_after_date-503");
  struct settings *other = settings_at("asks", "ok");
  seconds->retries = date->retries = 1;
  seconds->connections = other->connections = 1;
  struct exchange *first = peer_request(seconds, "POST", EFFECT_DIALS, NULL);
  struct exchange *second = peer_request(date, "POST", EFFECT_CREATES, NULL);
  double began = clock_now();
  engine_submit(first, DRIVE_BACKGROUND);
  engine_submit(second, DRIVE_BACKGROUND);
  while (peer_received("asks").requests < 1 && clock_now() < began + 5) {
  }
  struct result between = run(other, "asks", "GET", EFFECT_READ);
  CHECK(between.status == 200 && between.seconds < 0.9, "status %d after %f s",
        between.status, between.seconds);
  struct result results[] = {finish(first, "asks", began), finish(second, "asks-date", began)};
  for (int i = 0; i < 2; i++) {
    CHECK(results[i].attempts == 2, "%d: %zu attempts", i, results[i].attempts);
    CHECK(results[i].seconds >= 1 && results[i].seconds < 4, "%d: %f s", i, results[i].seconds);
    CHECK(results[i].retry_after == 1, "%d: retry_after %f", i, results[i].retry_after);
  }
  settings_release(seconds);
  settings_release(date);
  settings_release(other);
}

/* Only what may be repeated is cut short for the sake of another attempt. */
static void an_attempt_has_its_own_time(void) {
  struct settings *settings = settings_at("own-time", "delay-1200");
  settings->attempt_timeout = 0.5;
  struct result read = run(settings, "own-time", "GET", EFFECT_READ);
  CHECK(read.outcome == OUTCOME_TIMEOUT && read.attempts == 3 && read.received == 3,
        "read: outcome %d, %zu attempts, %d received", read.outcome, read.attempts, read.received);
  struct result creates = run(settings, "own-time", "POST", EFFECT_CREATES);
  CHECK(creates.status == 200 && creates.attempts == 1 && creates.received == 4,
        "creates: outcome %d, %zu attempts, %d received", creates.outcome, creates.attempts,
        creates.received);
  settings_release(settings);
}

/* --- how often -------------------------------------------------------------------------------- */

static void the_request_decides_before_the_client(void) {
  static const int asked[] = {0, 1, RETRIES_MOST, RETRIES_MOST + 89};
  static const size_t expected[] = {1, 2, RETRIES_MOST + 1, RETRIES_MOST + 1};
  for (int i = 0; i < 4; i++) {
    char host[32];
    snprintf(host, sizeof host, "decides-%d", i);
    struct settings *settings = settings_at(host, "status-500");
    settings->retries = 3;
    struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
    exchange_set_retries(exchange, asked[i]);
    double began = clock_now();
    engine_submit(exchange, DRIVE_BY_WAITING);
    struct result result = finish(exchange, host, began);
    CHECK(result.attempts == expected[i] && result.received == (int)expected[i],
          "%d asked: %zu attempts, %d received", asked[i], result.attempts, result.received);
    settings_release(settings);
  }
}

static void a_status_may_mean_no(const char *host, const char *fault, enum effect effect) {
  struct settings *settings = settings_at(host, fault);
  struct exchange *exchange = peer_request(settings, "POST", effect, NULL);
  exchange_set_refusal(exchange, 503);
  double began = clock_now();
  engine_submit(exchange, DRIVE_BY_WAITING);
  struct result result = finish(exchange, host, began);
  CHECK(result.attempts == 1 && result.status == 503 && result.took_effect == TOOK_EFFECT_NO,
        "%s: %zu attempts, status %d, took effect %d", host, result.attempts, result.status,
        result.took_effect);
  settings_release(settings);
}

/* --- the budget ------------------------------------------------------------------------------- */

static unsigned long long refused(const struct settings *settings) {
  return atomic_load(&settings->counts.refused_by_budget);
}

static void a_host_in_trouble_is_spared(void) {
  struct settings *bad = settings_at("budget", "status-500");
  struct settings *good = settings_at("budget", "ok");
  bad->retries = RETRIES_MOST;
  for (int i = 0; i < 2; i++) {
    struct result result = run(bad, "budget", "GET", EFFECT_READ);
    CHECK(result.attempts == RETRIES_MOST + 1 && !result.budget_refused, "%zu attempts, refused %d",
          result.attempts, result.budget_refused);
  }
  struct result empty = run(bad, "budget", "GET", EFFECT_READ);
  CHECK(empty.attempts == 1 && empty.budget_refused && refused(bad) == 1,
        "after twenty retries: %zu attempts, refused %d, %llu counted", empty.attempts,
        empty.budget_refused, refused(bad));
  CHECK(empty.status == 500 && empty.took_effect == TOOK_EFFECT_MAYBE, "status %d", empty.status);
  struct result never = run(bad, "budget", "POST", EFFECT_DIALS);
  CHECK(!never.budget_refused && refused(bad) == 1, "what is not tried again needs no budget");
  struct settings *again = settings_at("budget", "status-500");
  struct result other = run(again, "budget", "GET", EFFECT_READ);
  CHECK(other.attempts == 1 && other.budget_refused && refused(again) == 1 && refused(bad) == 1,
        "another client of the same host: %zu attempts", other.attempts);
  struct result elsewhere = run_once("budget-elsewhere", "status-500", "GET", EFFECT_READ);
  CHECK(elsewhere.attempts == 3, "another host: %zu attempts", elsewhere.attempts);
  for (int i = 0; i < 5; i++) {
    run(good, "budget", "GET", EFFECT_READ);
  }
  struct result earned = run(bad, "budget", "GET", EFFECT_READ);
  CHECK(earned.attempts == 2 && earned.budget_refused && refused(bad) == 2,
        "after five successes: %zu attempts, refused %d", earned.attempts, earned.budget_refused);
  settings_release(bad);
  settings_release(good);
  settings_release(again);
}

/* --- what earlier attempts did ---------------------------------------------------------------- */

static void the_whole_counts(const char *host, const char *faults, const char *method,
                             enum effect effect, int status, enum took_effect took_effect,
                             bool was_gone) {
  char fault[128];
  int count = 1;
  for (const char *c = faults; *c; c++) {
    count += *c == ',';
  }
  snprintf(fault, sizeof fault, "sequence/%s", faults);
  struct result result = run_once(host, fault, method, effect);
  CHECK(result.attempts == (size_t)count && result.received == count,
        "%s: %zu attempts, %d received", host, result.attempts, result.received);
  CHECK(result.status == status, "%s: status %d", host, result.status);
  CHECK(result.took_effect == took_effect, "%s: took effect %d", host, result.took_effect);
  CHECK(result.was_gone == was_gone, "%s: gone %d", host, result.was_gone);
}

static void what_was_deleted_is_gone(void) {
  the_whole_counts("gone-1", "drop_before,status-404", "DELETE", EFFECT_IDEMPOTENT, 404,
                   TOOK_EFFECT_YES, true);
  the_whole_counts("gone-2", "status-500,status-404", "DELETE", EFFECT_IDEMPOTENT, 404,
                   TOOK_EFFECT_YES, true);
  the_whole_counts("gone-3", "drop_middle,status-404", "DELETE", EFFECT_IDEMPOTENT, 404,
                   TOOK_EFFECT_YES, true);
  the_whole_counts("gone-4", "drop_before,status-429,status-404", "DELETE", EFFECT_IDEMPOTENT, 404,
                   TOOK_EFFECT_YES, true);
  the_whole_counts("never-1", "status-404", "DELETE", EFFECT_IDEMPOTENT, 404, TOOK_EFFECT_NO,
                   false);
  the_whole_counts("never-2", "status-429,status-404", "DELETE", EFFECT_IDEMPOTENT, 404,
                   TOOK_EFFECT_NO, false);
  the_whole_counts("never-3", "drop_before,status-404", "PUT", EFFECT_IDEMPOTENT, 404,
                   TOOK_EFFECT_MAYBE, false);
  the_whole_counts("never-4", "drop_before,status-409", "DELETE", EFFECT_IDEMPOTENT, 409,
                   TOOK_EFFECT_MAYBE, false);
}

static void a_refusal_does_not_undo_an_earlier_attempt(void) {
  the_whole_counts("undo-1", "status-429,drop_before", "POST", EFFECT_CREATES, 0,
                   TOOK_EFFECT_MAYBE, false);
  the_whole_counts("undo-2", "retry_after_ms-503,status-422", "POST", EFFECT_CREATES, 422,
                   TOOK_EFFECT_MAYBE, false);
  the_whole_counts("undo-3", "status-500,status-400", "PATCH", EFFECT_IDEMPOTENT, 400,
                   TOOK_EFFECT_MAYBE, false);
  the_whole_counts("undo-4", "status-429,status-422", "POST", EFFECT_DIALS, 422, TOOK_EFFECT_NO,
                   false);
  the_whole_counts("undo-5", "status-429,status-429,ok", "POST", EFFECT_DIALS, 200, TOOK_EFFECT_YES,
                   false);
  the_whole_counts("undo-6", "drop_middle,drop_before,status-500", "PUT", EFFECT_IDEMPOTENT, 500,
                   TOOK_EFFECT_YES, false);
}

/* --- redirects -------------------------------------------------------------------------------- */

static void a_redirect_is_followed_once(void) {
  struct result once = run_once("redirect", "redirect-307", "GET", EFFECT_READ);
  CHECK(once.status == 200 && once.attempts == 2 && once.received == 2,
        "status %d, %zu attempts, %d received", once.status, once.attempts, once.received);
  struct result loop = run_once("redirect-loop", "redirect_loop-307", "GET", EFFECT_READ);
  CHECK(loop.status == 307 && loop.attempts == 2 && loop.received == 2,
        "loop: status %d, %zu attempts, %d received", loop.status, loop.attempts, loop.received);
  struct result away = run_once("redirect-away", "redirect_away-308", "GET", EFFECT_READ);
  CHECK(away.status == 308 && away.attempts == 1 && away.received == 1,
        "away: status %d, %zu attempts, %d received", away.status, away.attempts, away.received);
  struct result made = run_once("redirect-creates", "redirect-307", "GET", EFFECT_CREATES);
  CHECK(made.status == 307 && made.attempts == 1 && made.received == 1,
        "creates: status %d, %zu attempts, %d received", made.status, made.attempts, made.received);
}

static void a_redirect_is_no_retry(void) {
  struct settings *settings = settings_at("redirect-retry", "sequence/status-500,redirect-307");
  settings->retries = 1;
  struct result result = run(settings, "redirect-retry", "GET", EFFECT_READ);
  unsigned long long retries = atomic_load(&settings->counts.retries);
  CHECK(result.status == 200 && result.attempts == 3 && retries == 1,
        "status %d, %zu attempts, %llu retries", result.status, result.attempts, retries);
  settings_release(settings);
}

/* --- the body that cannot be read ------------------------------------------------------------- */

static void only_a_whole_answer_can_be_unreadable(void) {
  static const char *const faults[] = {"status-404", "status-500", "drop_before", "drop_middle"};
  for (int i = 0; i < 4; i++) {
    char host[32];
    snprintf(host, sizeof host, "unreadable-%d", i);
    struct settings *settings = settings_at(host, faults[i]);
    settings->retries = 0;
    struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
    peer_run(exchange);
    enum outcome outcome = exchange_outcome(exchange);
    CHECK(!engine_try_again(exchange), "%s", faults[i]);
    CHECK(exchange_outcome(exchange) == outcome && engine_wait(exchange, 0) == WAIT_DONE,
          "%s: it changed something", faults[i]);
    exchange_release(exchange);
    settings_release(settings);
  }
}

static void trying_again_counts_into_the_deadline(void) {
  struct settings *settings = settings_at("unreadable-late", "not_json");
  settings->first_pause = 10;
  settings->timeout = 4;
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  peer_run(exchange);
  CHECK(!engine_try_again(exchange), "a pause beyond the deadline");
  CHECK(exchange_outcome(exchange) == OUTCOME_RESPONSE && exchange_status(exchange) == 200 &&
            exchange_response(exchange)->length > 0,
        "the answer stays");
  exchange_release(exchange);
  settings_release(settings);
}

/* --- ends ahead of time ----------------------------------------------------------------------- */

/* An exchange after its first attempt, in a pause of a minute. */
static struct exchange *pausing(struct settings *settings, const char *tag) {
  settings->timeout = 1000;
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  double began = clock_now();
  engine_submit(exchange, DRIVE_BACKGROUND);
  while (peer_received(tag).requests < 1 && clock_now() < began + 5) {
  }
  engine_wait(exchange, 0.05);
  return exchange;
}

static void check_ended_in_pause(struct exchange *exchange, const char *tag, enum outcome outcome) {
  struct result result = finish(exchange, tag, clock_now());
  CHECK(result.outcome == outcome, "%s: outcome %d", tag, result.outcome);
  CHECK(result.took_effect == TOOK_EFFECT_MAYBE, "%s: took effect %d", tag, result.took_effect);
  CHECK(result.attempts == 1 && result.received == 1, "%s: %zu attempts", tag, result.attempts);
  CHECK(result.seconds < 5, "%s: %f s", tag, result.seconds);
}

static void a_pause_can_be_ended(void) {
  struct settings *cancelled = settings_at("cancelled", "retry_after_minute-503");
  struct exchange *exchange = pausing(cancelled, "cancelled");
  engine_cancel(exchange);
  check_ended_in_pause(exchange, "cancelled", OUTCOME_CANCELLED);
  struct settings *closed = settings_at("closed", "retry_after_minute-503");
  exchange = pausing(closed, "closed");
  engine_close(closed);
  check_ended_in_pause(exchange, "closed", OUTCOME_CLOSED);
  struct result later = run(closed, "closed", "GET", EFFECT_READ);
  CHECK(later.outcome == OUTCOME_CLOSED && later.took_effect == TOOK_EFFECT_NO &&
            later.received == 1 && later.attempts == 0,
        "after the end: outcome %d, %zu attempts", later.outcome, later.attempts);
  CHECK(atomic_load(&closed->counts.in_flight) == 0, "closed, counted as in flight");
  CHECK(atomic_load(&cancelled->counts.in_flight) == 0, "cancelled, counted as in flight");
  settings_release(cancelled);
  settings_release(closed);
}

static void an_owner_may_leave_in_a_pause(void) {
  struct settings *settings = settings_at("leaves", "retry_after_minute-503");
  struct exchange *exchange = pausing(settings, "leaves");
  engine_cancel(exchange);
  exchange_release(exchange);
  settings_release(settings);
}

static void nothing_is_left(void) {
  struct engine_stats stats;
  double until = clock_now() + 5;
  do {
    engine_read_stats(&stats);
  } while (stats.in_flight > 0 && clock_now() < until);
  CHECK(stats.in_flight == 0 && stats.submitted == stats.finished,
        "%zu in flight, %lu of %lu ended", stats.in_flight, stats.finished, stats.submitted);
}

static bool was_tried_after(const struct exchange *exchange, double moment) {
  size_t count = exchange_attempt_count(exchange);
  return count > 0 && exchange_attempt(exchange, count - 1)->started > moment;
}

/* A cancel in the very moment in which an attempt runs out of time must not let another begin. (It may
 * come so late, where this thread has to wait for its turn, that all had ended by itself.) */
static void a_cancel_is_not_lost(void) {
  enum { ROUNDS = 200, ROUNDS_OF_A_BUDGET = 15 };
  int lost = 0;
  for (int i = 0; i < ROUNDS; i++) {
    char host[32];
    snprintf(host, sizeof host, "cancel-%d", i / ROUNDS_OF_A_BUDGET);
    struct settings *settings = settings_at(host, "silence");
    settings->first_pause = 0.02;
    settings->retries = 1;
    struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
    exchange_set_attempt_timeout(exchange, 0.01);
    exchange_set_timeout(exchange, 1);
    double moment = clock_now() + 0.01 + (i % 30) * 0.00002;
    engine_submit(exchange, DRIVE_BACKGROUND);
    while (clock_now() < moment) {
    }
    engine_cancel(exchange);
    double cancelled = clock_now();
    while (engine_wait(exchange, 0.25) != WAIT_DONE) {
    }
    lost += was_tried_after(exchange, cancelled);
    exchange_release(exchange);
    settings_release(settings);
  }
  CHECK(lost == 0, "%d of %d cancels were lost", lost, ROUNDS);
}

static void bytes_are_counted_once(void) {
  unsigned long long sent[2];
  const char *bodies[2] = {"0123456789", "0123456789012345678901234567890123456789"};
  for (int i = 0; i < 2; i++) {
    struct settings *settings = settings_at("bytes", "ok");
    struct exchange *exchange = peer_request(settings, "POST", EFFECT_CREATES, bodies[i]);
    peer_run(exchange);
    sent[i] = atomic_load(&settings->counts.bytes_sent);
    exchange_release(exchange);
    settings_release(settings);
  }
  CHECK(sent[1] - sent[0] == 30, "30 bytes more make %llu", sent[1] - sent[0]);
}

int main(void) {
  peer_start();
  a_pause_that_outlasts_the_deadline_is_not_begun("retry_after_minute-429", 429, TOOK_EFFECT_NO);
  a_pause_that_outlasts_the_deadline_is_not_begun("retry_after_minute-503", 503, TOOK_EFFECT_MAYBE);
  its_own_pause_is_not_begun_either();
  an_attempt_has_its_own_time();
  the_request_decides_before_the_client();
  a_status_may_mean_no("means-no-1", "status-503", EFFECT_READ);
  a_status_may_mean_no("means-no-2", "retry_after_ms-503", EFFECT_CREATES);
  a_host_in_trouble_is_spared();
  what_was_deleted_is_gone();
  a_refusal_does_not_undo_an_earlier_attempt();
  a_redirect_is_followed_once();
  a_redirect_is_no_retry();
  only_a_whole_answer_can_be_unreadable();
  trying_again_counts_into_the_deadline();
  what_the_answer_asks_for_is_waited();
  a_pause_can_be_ended();
  an_owner_may_leave_in_a_pause();
  nothing_is_left();
  a_cancel_is_not_lost();
  bytes_are_counted_once();
  return checks_conclude("retry_test");
}
