#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "exchange_private.h"
#include "headers.h"
#include "policy.h"
#include "secret.h"
#include "timers.h"

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
  x->timer_place = NOT_TIMED;
  x->report.timing = never;
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
  secret_free(x->request.api_key);
  settings_release(x->settings);
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

/* --- the end ------------------------------------------------------------------------ */

void exchange_explain(struct exchange *exchange, const char *text) {
  snprintf(exchange->transfer.error, sizeof exchange->transfer.error, "%s", text);
}

void exchange_finish(struct exchange *x, CURLcode code, enum outcome stopped) {
  double now = clock_now();
  struct transfer_report *report = &x->report;
  bool ran = x->admitted > 0;
  if (ran && x->transfer.easy) {
    transfer_report(&x->transfer, code, stopped, report);
  } else {
    report->outcome = stopped;
    report->phase = PHASE_QUEUE;
  }
  report->timing.queue = (ran ? x->admitted : now) - x->submitted;
  report->timing.total = now - x->submitted;
  x->took_effect = policy_took_effect(x->transfer.sendings > 0, report->status);
  x->attempt.at = report->timing.queue;
  x->attempt.seconds = report->timing.total - report->timing.queue;
  x->attempt.status = report->status;
  x->attempt.outcome = report->outcome;
  x->attempt.on_wire = x->transfer.sendings > 0;
  x->attempt.reused = report->timing.reused;
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

int exchange_http_version(const struct exchange *exchange) {
  return exchange->report.http_version;
}

size_t exchange_attempt_count(const struct exchange *exchange) {
  return exchange->admitted > 0 ? 1 : 0;
}

const struct attempt *exchange_attempt(const struct exchange *exchange, size_t index) {
  return index < exchange_attempt_count(exchange) ? &exchange->attempt : NULL;
}

const struct settings *exchange_settings(const struct exchange *exchange) {
  return exchange->settings;
}
