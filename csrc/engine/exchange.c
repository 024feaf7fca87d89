#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "exchange_private.h"
#include "headers.h"
#include "secret.h"
#include "timers.h"
#include "url.h"

static const struct timing never = {.resolve = -1, .connect = -1, .tls = -1, .first_byte = -1};

struct exchange *exchange_new(struct settings *settings) {
  struct exchange *x = calloc(1, sizeof *x);
  if (!x) {
    return NULL;
  }
  if (clock_condition(&x->changed)) {
    free(x);
    return NULL;
  }
  atomic_init(&x->references, 1);
  x->settings = settings_retain(settings);
  x->request.timeout = settings->timeout;
  x->request.attempt_timeout = settings->attempt_timeout;
  exchange_set_retries(x, settings->retries);
  x->timer_place = NOT_TIMED;
  x->report.timing = never;
  x->report.retry_after = -1;
  if (!buffer_append_text(&x->request.url, settings->base_url)) {
    exchange_release(x);
    return NULL;
  }
  return x;
}

struct exchange *exchange_retain(struct exchange *exchange) {
  atomic_fetch_add_explicit(&exchange->references, 1, memory_order_relaxed);
  return exchange;
}

void exchange_release(struct exchange *x) {
  if (!x || atomic_fetch_sub_explicit(&x->references, 1, memory_order_acq_rel) != 1) {
    return;
  }
  transfer_free(&x->transfer);
  headers_free(x->request.headers);
  buffer_free(&x->request.url);
  buffer_free(&x->request.body);
  buffer_free(&x->redirect);
  secret_free(x->request.api_key);
  settings_release(x->settings);
  mailbox_release(x->mailbox);
  pthread_cond_destroy(&x->changed);
  free(x);
}

/* --- before submission -------------------------------------------------------------- */

void exchange_set_effect(struct exchange *exchange, enum effect effect) {
  exchange->request.effect = effect;
}

void exchange_set_timeout(struct exchange *exchange, double seconds) {
  exchange->request.timeout = seconds;
}

void exchange_set_attempt_timeout(struct exchange *exchange, double seconds) {
  exchange->request.attempt_timeout = seconds;
}

void exchange_set_retries(struct exchange *exchange, int retries) {
  exchange->request.retries = retries < RETRIES_MOST ? retries : RETRIES_MOST;
}

void exchange_set_paced(struct exchange *exchange) {
  exchange->request.paced = true;
}

void exchange_set_mailbox(struct exchange *exchange, struct mailbox *mailbox, uint64_t ticket) {
  mailbox_release(exchange->mailbox);
  exchange->mailbox = mailbox_retain(mailbox);
  exchange->ticket = ticket;
}

void exchange_set_refusal(struct exchange *exchange, int status) {
  exchange->request.refusal = status;
}

bool exchange_set_method(struct exchange *exchange, const char *method) {
  size_t length = strlen(method);
  if (length == 0 || length >= sizeof exchange->request.method) {
    return false;
  }
  for (size_t i = 0; i < length; i++) {
    if (method[i] < 'A' || method[i] > 'Z') {
      return false;
    }
  }
  memcpy(exchange->request.method, method, length + 1);
  return true;
}

bool exchange_set_key(struct exchange *exchange, const char *key) {
  return settings_set_text(&exchange->request.api_key, key);
}

bool exchange_add_header(struct exchange *exchange, const char *name, const char *value) {
  bool blank = value[strspn(value, " \t")] == '\0'; /* "Name;" is how libcurl sends an empty one */
  return headers_add(&exchange->request.headers, name, blank ? ";" : ": ", blank ? "" : value);
}

struct buffer *exchange_url(struct exchange *exchange) {
  return &exchange->request.url;
}

struct buffer *exchange_body(struct exchange *exchange) {
  return &exchange->request.body;
}

void exchange_use_body(struct exchange *exchange) {
  exchange->request.has_body = true;
}

const char *exchange_method(const struct exchange *exchange) {
  return exchange->request.method;
}

bool exchange_describe_headers(const struct exchange *exchange, struct buffer *lines) {
  return transfer_describe_headers(&exchange->request, exchange->settings, lines);
}

bool exchange_has_body(const struct exchange *exchange) {
  return exchange->request.has_body;
}

bool exchange_has_key(const struct exchange *exchange) {
  return exchange->request.api_key || exchange->settings->api_key;
}

/* --- the end ------------------------------------------------------------------------ */

void exchange_explain(struct exchange *exchange, const char *text) {
  snprintf(exchange->transfer.error, sizeof exchange->transfer.error, "%s", text);
}

bool exchange_prepare(struct exchange *x, CURL *easy, struct sockets *sockets) {
  return transfer_prepare(&x->transfer, easy, &x->request, x->settings, sockets) &&
         curl_easy_setopt(x->transfer.easy, CURLOPT_PRIVATE, x) == CURLE_OK;
}

struct observation exchange_observe(const struct exchange *x, bool unreadable) {
  struct observation seen = {
      .effect = x->request.effect,
      .outcome = x->report.outcome,
      .status = x->report.status,
      .on_wire = x->transfer.sendings > 0,
      .unreadable = unreadable,
      .retry_after = x->report.retry_after >= 0,
      .refusal = x->request.refusal != 0 && x->report.status == x->request.refusal,
      .redirect_here = x->redirect.length > 0 && !x->redirected,
  };
  return seen;
}

static bool has_method(const struct exchange *x, const char *method) {
  return strcmp(x->request.method, method) == 0;
}

/* A second redirect, or one that may not be followed, is an answer like any other. */
static void note_redirect(struct exchange *x) {
  bool moved = x->report.status == 307 || x->report.status == 308;
  const char *url = moved && has_method(x, "GET") ? transfer_redirect(&x->transfer) : NULL;
  buffer_clear(&x->redirect);
  if (url && x->request.retries > 0 && url_is_at(x->settings->origin, url)) {
    buffer_append_text(&x->redirect, url);
  }
}

/* What an earlier attempt has removed is gone for the next one. */
static void note_gone(struct exchange *x, enum took_effect before) {
  if (x->report.status == 404 && has_method(x, "DELETE") && before != TOOK_EFFECT_NO) {
    x->was_gone = true;
    x->took_effect = TOOK_EFFECT_YES;
  }
}

static void count(struct exchange *x) {
  struct counts *counts = &x->settings->counts;
  bool sent = x->transfer.sendings > 0;
  atomic_fetch_add(&counts->requests, sent);
  atomic_fetch_add(&counts->connections_opened, x->report.connected);
  atomic_fetch_add(&counts->connections_reused, sent && !x->report.connected);
  atomic_fetch_add(&counts->bytes_sent, x->report.bytes_sent);
  atomic_fetch_add(&counts->bytes_received, x->report.bytes_received);
}

static void record(struct exchange *x, double now) {
  struct attempt *attempt = &x->attempts[x->attempt_count++];
  attempt->started = x->admitted;
  attempt->at = x->admitted - x->submitted;
  attempt->seconds = now - x->admitted;
  attempt->status = x->report.status;
  attempt->outcome = x->report.outcome;
  attempt->on_wire = x->transfer.sendings > 0;
  attempt->reused = x->report.timing.reused;
}

static void end(struct exchange *x, double now) {
  x->report.timing.queue = (x->attempt_count ? x->attempts[0].started : now) - x->submitted;
  x->report.timing.total = now - x->submitted;
}

void exchange_end_attempt(struct exchange *x, CURLcode code, enum outcome stopped) {
  double now = clock_now();
  enum took_effect before = x->took_effect;
  transfer_report(&x->transfer, code, stopped, &x->report);
  note_redirect(x);
  count(x);
  record(x, now);
  end(x, now);
  struct observation seen = exchange_observe(x, false);
  enum took_effect now_took_effect = policy_took_effect(&seen);
  x->took_effect = now_took_effect > before ? now_took_effect : before;
  note_gone(x, before);
}

void exchange_forget_attempt(struct exchange *x) {
  transfer_reset(&x->transfer);
  x->stop = OUTCOME_NONE;
  x->report.outcome = OUTCOME_NONE;
  x->report.phase = PHASE_QUEUE;
  x->report.status = 0;
  x->report.timing = never;
}

void exchange_end_waiting(struct exchange *x, enum outcome outcome) {
  x->report.outcome = outcome;
  x->report.phase = PHASE_QUEUE;
  x->report.status = 0;
  end(x, clock_now());
}

enum outcome exchange_outcome(const struct exchange *exchange) {
  return exchange->report.outcome;
}

enum took_effect exchange_took_effect(const struct exchange *exchange) {
  return exchange->took_effect;
}

enum phase exchange_phase(const struct exchange *exchange) {
  return exchange->report.phase;
}

int exchange_status(const struct exchange *exchange) {
  return exchange->report.status;
}

const char *exchange_message(const struct exchange *exchange) {
  return exchange->transfer.error;
}

const struct buffer *exchange_headers(const struct exchange *exchange) {
  return &exchange->transfer.response_headers;
}

const struct buffer *exchange_response(const struct exchange *exchange) {
  return &exchange->transfer.response;
}

const struct timing *exchange_timing(const struct exchange *exchange) {
  return &exchange->report.timing;
}

double exchange_retry_after(const struct exchange *exchange) {
  return exchange->report.retry_after;
}

bool exchange_was_gone(const struct exchange *exchange) {
  return exchange->was_gone;
}

bool exchange_budget_refused(const struct exchange *exchange) {
  return exchange->budget_refused;
}

int exchange_http_version(const struct exchange *exchange) {
  return exchange->report.http_version;
}

size_t exchange_attempt_count(const struct exchange *exchange) {
  return exchange->attempt_count;
}

const struct attempt *exchange_attempt(const struct exchange *exchange, size_t index) {
  return index < exchange->attempt_count ? &exchange->attempts[index] : NULL;
}

const struct settings *exchange_settings(const struct exchange *exchange) {
  return exchange->settings;
}
