/* Every failure, of every kind of operation, over a new connection and over one that was used
 * before: how often the server received the request, and what its owner is told.
 *
 * Each cell of the matrix has a host name of its own, so that no other one has its connection or
 * its budget of retries. All of them run twice: with two retries, and with none. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "peer.h"
#include "policy.h"

enum { EFFECTS = 4, RETRIES = 2, THREADS = 32, TRIES = 5 };

static const double first_pause = 0.01;
static const double asked_pause = 0.02; /* by the faults whose name has "retry_after_ms" in it */

/* How late an end may be, in one of so many tries; sanitizers are slow. */
static double tolerance(void) {
  return getenv("SYNTHFLOW_SANITIZED") ? 2.0 : 0.1;
}

/* Seconds until something is given up where nothing else ends it; a request must get out in less. */
static const double patience = 0.8;

static const struct operation {
  const char *name;
  enum effect effect;
  const char *method;
  const char *reused_method; /* over a connection that was used before */
  const char *body;
} operations[EFFECTS] = {
  {"read", EFFECT_READ, "GET", "GET", NULL},
  {"idempotent", EFFECT_IDEMPOTENT, "DELETE", "PUT", NULL},
  {"creates", EFFECT_CREATES, "POST", "POST", "{\"name\":\"x\"}"},
  {"dials", EFFECT_DIALS, "POST", "POST", "{\"phone\":\"+15550100\"}"},
};

/* --- the rows --------------------------------------------------------------------------------- */

/* Whether it is tried again; by effect. */
static const bool ALL[EFFECTS] = {true, true, true, true};
static const bool BUT_DIALS[EFFECTS] = {true, true, true, false};
static const bool REPEATABLE[EFFECTS] = {true, true, false, false};
static const bool READ[EFFECTS] = {true, false, false, false};
static const bool NONE[EFFECTS] = {false, false, false, false};

enum {
  SLOW = 1,        /* ends by a time that runs out */
  NOT_SENT = 2,    /* never comes to the wire */
  UNCOUNTED = 4,   /* the server has not read the whole request */
  REFUSED = 8,     /* it has, and says that it will not act on it */
  RECOVERS = 16,   /* the second attempt is answered by 200 */
  UNREADABLE = 32, /* a whole 2xx, which its owner cannot read */
  LISTENER = 64,   /* the row is named after one; it leaves no connection to be used again */
  REUSED = 128,    /* only what is used again fails */
  HTTP2 = 256,     /* the server speaks that, too */
  SHARED = 512     /* a fault of HTTP/2: there are none over HTTP/1.1 */
};

enum { NO = TOOK_EFFECT_NO, MAYBE = TOOK_EFFECT_MAYBE, YES = TOOK_EFFECT_YES };

struct row {
  const char *what; /* the listener, or the fault */
  enum outcome outcome;
  int status;
  int took_effect;
  const bool *again;
  int flags;
};

#define NETWORK OUTCOME_NETWORK, 0
#define TIMEOUT OUTCOME_TIMEOUT, 0
#define CUT OUTCOME_NETWORK, 200
#define LATE OUTCOME_TIMEOUT, 200
#define ANSWER(status) OUTCOME_RESPONSE, status

static const struct row rows[] = {
  /* no connection */
  {"never_resolves", TIMEOUT, NO, ALL, LISTENER | NOT_SENT | SLOW},
  {"refused", NETWORK, NO, ALL, LISTENER | NOT_SENT},
  {"stuck", TIMEOUT, NO, ALL, LISTENER | NOT_SENT | SLOW},
  {"tls_stall", TIMEOUT, NO, ALL, LISTENER | NOT_SENT | SLOW},
  {"tls_untrusted", NETWORK, NO, ALL, LISTENER | NOT_SENT},
  {"tls_wrong_name", NETWORK, NO, ALL, LISTENER | NOT_SENT},

  /* sent, and no status line */
  {"silent", TIMEOUT, MAYBE, REPEATABLE, LISTENER | UNCOUNTED | SLOW},
  {"reset_unread", NETWORK, MAYBE, REPEATABLE, UNCOUNTED},
  {"reset_before", NETWORK, MAYBE, REPEATABLE, 0},
  {"drop_before", NETWORK, MAYBE, REPEATABLE, 0},
  {"drop_status_line", NETWORK, MAYBE, REPEATABLE, 0},
  {"garbage", NETWORK, MAYBE, REPEATABLE, 0},
  {"silence", TIMEOUT, MAYBE, REPEATABLE, SLOW},
  {"slow_status_line", TIMEOUT, MAYBE, REPEATABLE, SLOW},
  {"sequence/drop_before,ok", NETWORK, MAYBE, REPEATABLE, RECOVERS},
  {"keep_then_die", NETWORK, MAYBE, REPEATABLE, RECOVERS | REUSED},
  {"keep_then_reset", NETWORK, MAYBE, REPEATABLE, RECOVERS | REUSED},
  {"keep_then_silence", TIMEOUT, MAYBE, REPEATABLE, RECOVERS | REUSED | SLOW},

  /* a 2xx, and not the whole of it */
  {"drop_headers", CUT, YES, REPEATABLE, 0},
  {"slow_headers", LATE, YES, REPEATABLE, SLOW},
  {"drop_middle", CUT, YES, REPEATABLE, 0},
  {"reset_middle", CUT, YES, REPEATABLE, 0},
  {"cut_chunk", CUT, YES, REPEATABLE, 0},
  {"bad_chunk", CUT, YES, REPEATABLE, 0},
  {"long_length", LATE, YES, REPEATABLE, SLOW},
  {"sequence/drop_middle,ok", CUT, YES, REPEATABLE, RECOVERS},
  {"not_json", ANSWER(200), YES, REPEATABLE, UNREADABLE},
  {"html", ANSWER(200), YES, REPEATABLE, UNREADABLE},
  {"short_length", ANSWER(200), YES, REPEATABLE, UNREADABLE},
  {"sequence/not_json,ok", ANSWER(200), YES, REPEATABLE, UNREADABLE | RECOVERS},

  /* whole answers */
  {"ok", ANSWER(200), YES, NONE, 0},
  {"status-201", ANSWER(201), YES, NONE, 0},
  {"empty_204", ANSWER(204), YES, NONE, 0},
  {"redirect-307", ANSWER(307), NO, READ, RECOVERS},
  {"redirect-308", ANSWER(308), NO, READ, RECOVERS},
  {"redirect-301", ANSWER(301), NO, NONE, 0},
  {"redirect-302", ANSWER(302), NO, NONE, 0},
  {"redirect_away-307", ANSWER(307), NO, NONE, 0},
  {"status-400", ANSWER(400), NO, NONE, 0},
  {"status-401", ANSWER(401), NO, NONE, 0},
  {"status-404", ANSWER(404), NO, NONE, 0},
  {"status-408", ANSWER(408), MAYBE, REPEATABLE, 0},
  {"status-409", ANSWER(409), NO, NONE, 0},
  {"status-422", ANSWER(422), NO, NONE, 0},
  {"status-429", ANSWER(429), NO, ALL, 0},
  {"retry_after_ms-429", ANSWER(429), NO, ALL, 0},
  {"sequence/status-429,ok", ANSWER(429), NO, ALL, RECOVERS},
  {"sequence/retry_after_ms-429,ok", ANSWER(429), NO, ALL, RECOVERS},
  {"status-500", ANSWER(500), MAYBE, REPEATABLE, 0},
  {"sequence/status-500,ok", ANSWER(500), MAYBE, REPEATABLE, RECOVERS},
  {"status-502", ANSWER(502), MAYBE, REPEATABLE, 0},
  {"html_502", ANSWER(502), MAYBE, REPEATABLE, 0},
  {"status-503", ANSWER(503), MAYBE, REPEATABLE, 0},
  {"retry_after_ms-503", ANSWER(503), MAYBE, BUT_DIALS, 0},
  {"sequence/retry_after_ms-503,ok", ANSWER(503), MAYBE, BUT_DIALS, RECOVERS},
  {"status-504", ANSWER(504), MAYBE, REPEATABLE, 0},

  /* over HTTP/2 what may be repeated, over HTTP/1.1 the rest */
  {"ok", ANSWER(200), YES, NONE, HTTP2},
  {"status-422", ANSWER(422), NO, NONE, HTTP2},
  {"redirect-307", ANSWER(307), NO, READ, RECOVERS | HTTP2},
  {"status-429", ANSWER(429), NO, ALL, HTTP2},
  {"retry_after_ms-503", ANSWER(503), MAYBE, BUT_DIALS, HTTP2},
  {"sequence/status-500,ok", ANSWER(500), MAYBE, REPEATABLE, RECOVERS | HTTP2},
  {"not_json", ANSWER(200), YES, REPEATABLE, UNREADABLE | HTTP2},
  {"drop_before", NETWORK, MAYBE, REPEATABLE, HTTP2},
  {"reset_before", NETWORK, MAYBE, REPEATABLE, HTTP2},
  {"silence", TIMEOUT, MAYBE, REPEATABLE, SLOW | HTTP2},
  {"keep_then_die", NETWORK, MAYBE, REPEATABLE, RECOVERS | REUSED | HTTP2},
  {"keep_then_reset", NETWORK, MAYBE, REPEATABLE, RECOVERS | REUSED | HTTP2},
  {"keep_then_silence", TIMEOUT, MAYBE, REPEATABLE, RECOVERS | REUSED | SLOW | HTTP2},

  /* over HTTP/2 alone */
  {"rst_stream", NETWORK, MAYBE, REPEATABLE, HTTP2 | SHARED},
  {"refused_stream", NETWORK, MAYBE, REPEATABLE, REFUSED | HTTP2 | SHARED},
  {"goaway_below", NETWORK, MAYBE, REPEATABLE, REFUSED | HTTP2 | SHARED},
  {"goaway_above", ANSWER(200), YES, NONE, HTTP2 | SHARED},
  {"half_data", CUT, YES, REPEATABLE, HTTP2 | SHARED},
  {"half_data_reset", CUT, YES, REPEATABLE, HTTP2 | SHARED},
  {"silent_stream", TIMEOUT, MAYBE, REPEATABLE, SLOW | HTTP2 | SHARED},
  {"keep_then_rst_stream", NETWORK, MAYBE, REPEATABLE, RECOVERS | REUSED | HTTP2 | SHARED},
  {"keep_then_refused_stream", NETWORK, MAYBE, REPEATABLE,
   REFUSED | RECOVERS | REUSED | HTTP2 | SHARED},
  {"keep_then_goaway_below", NETWORK, MAYBE, REPEATABLE,
   REFUSED | RECOVERS | REUSED | HTTP2 | SHARED},
  {"keep_then_half_data", CUT, YES, REPEATABLE, RECOVERS | REUSED | HTTP2 | SHARED},
  {"keep_then_silent_stream", TIMEOUT, MAYBE, REPEATABLE,
   RECOVERS | REUSED | SLOW | HTTP2 | SHARED},
};

enum { ROWS = sizeof rows / sizeof *rows, MOST_CELLS = ROWS * EFFECTS * 2 * 2 };

/* --- the cells -------------------------------------------------------------------------------- */

struct cell {
  const struct row *row;
  const struct operation *operation;
  bool reused;
  int retries;
  char tag[32]; /* its host name too */

  /* what was found */
  bool warmed;
  struct peer_count received;
  size_t attempts;
  struct attempt attempt[RETRIES + 2];
  enum outcome outcome;
  int status;
  int took_effect;
  int http_version;
  bool budget_refused;
  bool was_gone;
  bool body_begins_well; /* as one answer alone */
  double retry_after;
  double seconds;
  unsigned long long counted_requests;
  unsigned long long counted_retries;
  unsigned long long counted_in_flight;
};

static struct cell cells[MOST_CELLS];
static size_t cell_count;
static atomic_size_t next_cell;
static atomic_size_t next_host;

static void give_up(const char *why) {
  fprintf(stderr, "matrix_test: %s\n", why);
  exit(2);
}

/* On a host of its own. A fault may have an argument, which belongs behind the tag. */
static struct settings *settings_at(const struct cell *cell, const char *what, const char *tag) {
  char host[96], fault[64], place[128];
  const char *argument = strchr(what, '/');
  snprintf(host, sizeof host, "%s.peer.localhost", cell->tag);
  snprintf(fault, sizeof fault, "%.*s", (int)strcspn(what, "/"), what);
  snprintf(place, sizeof place, "%s%s", tag, argument ? argument : "");
  return peer_settings_on(cell->row->flags & HTTP2 ? "tls_http2" : "plain", host, fault, place);
}

static struct settings *settings_of(const struct cell *cell) {
  const char *what = cell->row->what;
  char host[96];
  if (strcmp(what, "never_resolves") == 0) {
    snprintf(host, sizeof host, "%s.never-resolves.test", cell->tag);
    return peer_settings_on("tls", host, "ok", cell->tag);
  }
  if (cell->row->flags & LISTENER) {
    snprintf(host, sizeof host, "%s.peer.localhost", cell->tag);
    return peer_settings_on(what, host, NULL, NULL);
  }
  return settings_at(cell, what, cell->tag);
}

static struct exchange *request_of(const struct cell *cell, struct settings *settings) {
  const struct operation *operation = cell->operation;
  return peer_request(settings, cell->reused ? operation->reused_method : operation->method,
                      operation->effect, operation->body);
}

/* Leaves a connection behind. */
static void warm(struct cell *cell) {
  struct settings *settings = settings_at(cell, "ok", "warm");
  struct exchange *exchange = request_of(cell, settings);
  peer_run(exchange);
  cell->warmed = exchange_outcome(exchange) == OUTCOME_RESPONSE && exchange_status(exchange) == 200;
  exchange_release(exchange);
  settings_release(settings);
}

/* What is on the wire and must not be repeated has no attempt timeout. */
static bool has_deadline_alone(const struct cell *cell) {
  int flags = cell->row->flags;
  return flags & SLOW && !(flags & NOT_SENT) && !REPEATABLE[cell->operation - operations];
}

static double deadline(const struct cell *cell) {
  return has_deadline_alone(cell) ? 2 * patience : 10;
}

static void limit(struct settings *settings, const struct cell *cell) {
  settings->first_pause = first_pause;
  settings->retries = cell->retries;
  settings->timeout = deadline(cell);
  if (cell->row->flags & SLOW) {
    settings->attempt_timeout = patience;
    settings->connect_timeout = patience;
  }
}

/* As a binding does whose decoder refuses the body. */
static bool is_unreadable(const struct cell *cell, const struct exchange *exchange) {
  bool whole = exchange_outcome(exchange) == OUTCOME_RESPONSE && exchange_status(exchange) == 200;
  bool last = cell->row->flags & RECOVERS && exchange_attempt_count(exchange) == 2;
  return cell->row->flags & UNREADABLE && whole && !last;
}

static void submit_and_wait(const struct cell *cell, struct exchange *exchange, bool background) {
  engine_submit(exchange, background ? DRIVE_BACKGROUND : DRIVE_BY_WAITING);
  do {
    while (engine_wait(exchange, 0.25) != WAIT_DONE) {
    }
  } while (is_unreadable(cell, exchange) && engine_try_again(exchange));
}

static void note(struct cell *cell, const struct exchange *exchange) {
  const struct buffer *body = exchange_response(exchange);
  const struct counts *counts = &exchange_settings(exchange)->counts;
  cell->attempts = exchange_attempt_count(exchange);
  for (size_t i = 0; i < cell->attempts && i < RETRIES + 2; i++) {
    cell->attempt[i] = *exchange_attempt(exchange, i);
  }
  cell->outcome = exchange_outcome(exchange);
  cell->status = exchange_status(exchange);
  cell->took_effect = exchange_took_effect(exchange);
  cell->http_version = exchange_http_version(exchange);
  cell->budget_refused = exchange_budget_refused(exchange);
  cell->was_gone = exchange_was_gone(exchange);
  cell->retry_after = exchange_retry_after(exchange);
  cell->body_begins_well =
      body->length > 20 && !memcmp(body->data, "{\"status\":\"ok\",\"resp", 20);
  cell->counted_requests = atomic_load(&counts->requests);
  cell->counted_retries = atomic_load(&counts->retries);
  cell->counted_in_flight = atomic_load(&counts->in_flight);
}

static void run_cell(struct cell *cell, bool background) {
  snprintf(cell->tag, sizeof cell->tag, "cell%zu", atomic_fetch_add(&next_host, 1));
  struct settings *settings = settings_of(cell);
  limit(settings, cell);
  struct exchange *exchange = request_of(cell, settings);
  if (cell->reused) {
    warm(cell);
  }
  double began = clock_now();
  submit_and_wait(cell, exchange, background);
  cell->seconds = clock_now() - began;
  note(cell, exchange);
  cell->received = peer_received(cell->tag);
  exchange_release(exchange);
  settings_release(settings);
}

static void *work(void *unused) {
  size_t number;
  while ((number = atomic_fetch_add(&next_cell, 1)) < cell_count) {
    run_cell(&cells[number], number % 3 == 0);
  }
  return unused;
}

/* --- what must have come of each -------------------------------------------------------------- */

static const char *name_of(const struct cell *cell) {
  static char name[256];
  snprintf(name, sizeof name, "[%s%s, %s, %s, %d retries]", cell->row->what,
           cell->row->flags & HTTP2 ? " at a server of HTTP/2" : "", cell->operation->name,
           cell->reused ? "reused" : "fresh", cell->retries);
  return name;
}

static bool is_again(const struct cell *cell) {
  return cell->retries > 0 && cell->row->again[cell->operation - operations];
}

static size_t expected_attempts(const struct cell *cell) {
  if (!is_again(cell)) {
    return 1;
  }
  return cell->row->flags & RECOVERS ? 2 : RETRIES + 1;
}

static void check_end(const struct cell *cell) {
  const struct row *row = cell->row;
  bool recovered = is_again(cell) && row->flags & RECOVERS;
  enum outcome outcome = recovered ? OUTCOME_RESPONSE : row->outcome;
  int status = recovered ? 200 : row->status;
  int took_effect = recovered ? YES : row->took_effect;
  CHECK(cell->outcome == outcome, "%s: outcome %d", name_of(cell), cell->outcome);
  CHECK(cell->status == status, "%s: status %d", name_of(cell), cell->status);
  CHECK(cell->took_effect == took_effect, "%s: took effect %d", name_of(cell), cell->took_effect);
  CHECK(!recovered || cell->body_begins_well, "%s: the body is another", name_of(cell));
  CHECK(!cell->budget_refused && !cell->was_gone, "%s: budget %d, gone %d", name_of(cell),
        cell->budget_refused, cell->was_gone);
  bool asked = !recovered && strstr(row->what, "retry_after_ms");
  double wanted = asked ? asked_pause : -1;
  CHECK(cell->retry_after > wanted - 1e-6 && cell->retry_after < wanted + 1e-6,
        "%s: retry_after %f", name_of(cell), cell->retry_after);
}

static void check_attempts(const struct cell *cell) {
  size_t expected = expected_attempts(cell);
  unsigned long long on_wire = 0;
  CHECK(cell->attempts == expected, "%s: %zu attempts, not %zu", name_of(cell), cell->attempts,
        expected);
  for (size_t i = 0; i < cell->attempts && i < RETRIES + 2; i++) {
    const struct attempt *attempt = &cell->attempt[i];
    bool last = i + 1 == cell->attempts;
    on_wire += attempt->on_wire;
    CHECK(attempt->on_wire == !(cell->row->flags & NOT_SENT), "%s: attempt %zu on the wire: %d",
          name_of(cell), i, attempt->on_wire);
    CHECK(attempt->status == (last ? cell->status : cell->row->status),
          "%s: attempt %zu: status %d", name_of(cell), i, attempt->status);
    CHECK(attempt->outcome == (last ? cell->outcome : cell->row->outcome),
          "%s: attempt %zu: outcome %d", name_of(cell), i, attempt->outcome);
  }
  CHECK(cell->attempt[0].reused == cell->reused, "%s: the first one reused: %d", name_of(cell),
        cell->attempt[0].reused);
  CHECK(cell->counted_requests == on_wire, "%s: %llu counted, %llu on the wire", name_of(cell),
        cell->counted_requests, on_wire);
  bool followed = strncmp(cell->row->what, "redirect", 8) == 0;
  CHECK(cell->counted_retries == (followed ? 0 : expected - 1), "%s: %llu retries counted",
        name_of(cell), cell->counted_retries);
  CHECK(cell->counted_in_flight == 0, "%s: %llu in flight", name_of(cell), cell->counted_in_flight);
}

static void check_receipts(const struct cell *cell) {
  int flags = cell->row->flags, attempts = (int)expected_attempts(cell);
  int good = is_again(cell) && flags & RECOVERS; /* the last one */
  int refused = flags & REFUSED ? attempts - good : 0;
  int requests = flags & (NOT_SENT | UNCOUNTED) ? 0 : attempts - refused;
  CHECK(cell->received.requests == requests, "%s: received %d times, not %d", name_of(cell),
        cell->received.requests, requests);
  CHECK(cell->received.refused == refused, "%s: refused %d times, not %d", name_of(cell),
        cell->received.refused, refused);
  CHECK(cell->retries > 0 || cell->received.requests + cell->received.refused <= 1,
        "%s: received %d times", name_of(cell), cell->received.requests);
}

/* Unknown when there was no answer. */
static void check_version(const struct cell *cell) {
  int version = cell->row->flags & HTTP2 && policy_may_share(cell->operation->effect) ? 20 : 11;
  bool unknown = cell->status == 0 && cell->http_version == 0;
  CHECK(unknown || cell->http_version == version, "%s: HTTP version %d", name_of(cell),
        cell->http_version);
}

/* Not by the table, but by what it is for: no second call where the first may have been made. */
static void check_nothing_is_repeated(const struct cell *cell) {
  bool creates = cell->operation->effect == EFFECT_CREATES;
  int refusals = 0; /* the platform said, in so many words, that it has not accepted it */
  if (!creates && cell->operation->effect != EFFECT_DIALS) {
    return;
  }
  for (size_t i = 0; i < cell->attempts && i < RETRIES + 2; i++) {
    bool asked = strstr(cell->row->what, "retry_after") != NULL;
    refusals += cell->attempt[i].status == 429 ||
                (creates && cell->attempt[i].status == 503 && asked);
  }
  CHECK(cell->received.requests <= 1 + refusals, "%s: received %d times, refused %d times",
        name_of(cell), cell->received.requests, refusals);
}

static double least_pause(const struct cell *cell, size_t before) {
  if (strncmp(cell->row->what, "redirect", 8) == 0) {
    return 0;
  }
  if (strstr(cell->row->what, "retry_after_ms")) {
    return asked_pause;
  }
  return first_pause * 0.5 * (double)(1 << (before - 1));
}

static double expected_seconds(const struct cell *cell) {
  const struct row *row = cell->row;
  if (!(row->flags & SLOW)) {
    return 0;
  }
  if (row->flags & RECOVERS && is_again(cell)) {
    return patience;
  }
  return has_deadline_alone(cell) ? deadline(cell) : patience * (double)expected_attempts(cell);
}

static void check_not_early(const struct cell *cell) {
  const double rounding = 0.001;
  for (size_t i = 1; i < cell->attempts && i < RETRIES + 2; i++) {
    const struct attempt *last = &cell->attempt[i - 1];
    double pause = cell->attempt[i].started - last->started - last->seconds;
    CHECK(pause >= least_pause(cell, i) - rounding, "%s: %f s before attempt %zu", name_of(cell),
          pause, i);
  }
  CHECK(cell->seconds >= expected_seconds(cell) - rounding, "%s: only %f s", name_of(cell),
        cell->seconds);
}

static bool is_late(const struct cell *cell) {
  const double pauses = 0.05, server = 0.2;
  return cell->seconds > expected_seconds(cell) + pauses + server + tolerance() ||
         cell->seconds > deadline(cell) + tolerance();
}

static void check_cell(const struct cell *cell) {
  CHECK(!cell->reused || cell->warmed, "%s: no first request", name_of(cell));
  check_end(cell);
  check_attempts(cell);
  check_receipts(cell);
  check_version(cell);
  check_nothing_is_repeated(cell);
  check_not_early(cell);
}

/* --- all of them ------------------------------------------------------------------------------ */

static void add_cell(const struct row *row, const struct operation *operation, bool reused,
                     int retries) {
  struct cell *cell = &cells[cell_count];
  cell->row = row;
  cell->operation = operation;
  cell->reused = reused;
  cell->retries = retries;
  cell_count++;
}

/* A resolver that hangs holds a libcurl up that must wait for it. */
static bool can_leave_resolver(void) {
  const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
  return info->features & CURL_VERSION_ASYNCHDNS && info->version_num >= 0x075700;
}

static bool knows_http2(void) {
  return curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2;
}

static void add_row(const struct row *row) {
  if (strcmp(row->what, "never_resolves") == 0 && !can_leave_resolver()) {
    printf("  skipped: %s: this libcurl waits for its resolver\n", row->what);
    return;
  }
  if (row->flags & HTTP2 && !knows_http2()) {
    printf("  skipped: %s: this libcurl knows no HTTP/2\n", row->what);
    return;
  }
  for (int retries = RETRIES; retries >= 0; retries -= RETRIES) {
    for (size_t i = 0; i < EFFECTS; i++) {
      if (row->flags & SHARED && !policy_may_share(operations[i].effect)) {
        continue;
      }
      if (!(row->flags & REUSED)) {
        add_cell(row, &operations[i], false, retries);
      }
      if (!(row->flags & LISTENER)) {
        add_cell(row, &operations[i], true, retries);
      }
    }
  }
}

static void run_all(void) {
  pthread_t threads[THREADS];
  atomic_store(&next_cell, 0);
  for (size_t i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, work, NULL)) {
      give_up("no thread");
    }
  }
  for (size_t i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
}

/* Keeps those that were late, to be run again; the last time they must not be. */
static void check_all(bool last) {
  size_t late = 0;
  for (size_t i = 0; i < cell_count; i++) {
    check_cell(&cells[i]);
    if (is_late(&cells[i]) && !last) {
      cells[late++] = cells[i];
    } else {
      CHECK(!is_late(&cells[i]), "%s: %f s, with a deadline of %f s", name_of(&cells[i]),
            cells[i].seconds, deadline(&cells[i]));
    }
  }
  cell_count = late;
}

/* The engine is late every time if it is at fault, the machine is not. All else must hold each time. */
static void the_matrix_holds(void) {
  for (size_t i = 0; i < ROWS; i++) {
    add_row(&rows[i]);
  }
  for (int i = 1; i <= TRIES && cell_count > 0; i++) {
    run_all();
    check_all(i == TRIES);
  }
}

/* The resolver that never answers has to be there when the process begins. */
static void begin_again_with_slow_resolver(char **arguments) {
  const char *build = getenv("SYNTHFLOW_BUILD"), *asan = getenv("ASAN_OPTIONS");
  char path[4096], options[4096];
  if (getenv("SYNTHFLOW_SLOW_RESOLVER")) {
    unsetenv("LD_PRELOAD");
    return;
  }
  snprintf(path, sizeof path, "%s/spec/support/slow_resolver.so", build ? build : "build");
  snprintf(options, sizeof options, "%s:verify_asan_link_order=0", asan ? asan : "");
  setenv("SYNTHFLOW_SLOW_RESOLVER", "1", 1);
  setenv("LD_PRELOAD", path, 1);
  setenv("ASAN_OPTIONS", options, 1);
  execv(arguments[0], arguments);
  give_up("cannot execute itself");
}

int main(int count, char **arguments) {
  (void)count;
  begin_again_with_slow_resolver(arguments);
  peer_start();
  the_matrix_holds();
  return checks_conclude("matrix_test");
}
