/* What the fault server does wrong over HTTP/2, as a client sees it: once, without a repeat. */
#include <curl/curl.h>

#include "check.h"
#include "engine.h"
#include "peer.h"

struct row {
  const char *fault;
  enum outcome outcome;
  int status;
  int refused; /* 1: read, and not counted as a request */
};

static const struct row rows[] = {
  {"ok", OUTCOME_RESPONSE, 200, 0},
  {"status-503", OUTCOME_RESPONSE, 503, 0},
  {"retry_after-429", OUTCOME_RESPONSE, 429, 0},
  {"rst_stream", OUTCOME_NETWORK, 0, 0},
  {"refused_stream", OUTCOME_NETWORK, 0, 1},
  {"goaway_below", OUTCOME_NETWORK, 0, 1},
  {"goaway_above", OUTCOME_RESPONSE, 200, 0},
  {"half_data", OUTCOME_NETWORK, 200, 0},
  {"half_data_reset", OUTCOME_NETWORK, 200, 0},
  {"silence", OUTCOME_TIMEOUT, 0, 0},
  {"silent_stream", OUTCOME_TIMEOUT, 0, 0},
  {"drop_before", OUTCOME_NETWORK, 0, 0},
  {"reset_before", OUTCOME_NETWORK, 0, 0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static struct exchange *run(struct settings *settings, enum effect effect, double timeout) {
  struct exchange *exchange = peer_request(settings, "GET", effect, NULL);
  exchange_set_retries(exchange, 0);
  exchange_set_timeout(exchange, timeout);
  peer_run(exchange);
  return exchange;
}

static void meets(const struct row *row, struct exchange *exchange, const char *tag, int before) {
  struct peer_count count = peer_received(tag);
  CHECK(exchange_outcome(exchange) == row->outcome, "%s: outcome %d (%s)", tag,
        exchange_outcome(exchange), exchange_message(exchange));
  CHECK(exchange_status(exchange) == row->status, "%s: status %d", tag, exchange_status(exchange));
  CHECK(row->status == 0 || exchange_http_version(exchange) == 20, "%s: HTTP %d", tag,
        exchange_http_version(exchange));
  CHECK(count.requests == before + 1 - row->refused, "%s: %d received", tag, count.requests);
  CHECK(count.refused == row->refused, "%s: %d refused", tag, count.refused);
  CHECK(count.connections == 1, "%s: %d connections", tag, count.connections);
  exchange_release(exchange);
}

/* Each with a host of its own, that is, with connections of its own. */
static void on_a_fresh_connection(const struct row *row, int number) {
  char host[64];
  snprintf(host, sizeof host, "row%d.localhost", number);
  struct settings *settings = peer_settings_on("tls_http2", host, row->fault, row->fault);
  bool silent = row->outcome == OUTCOME_TIMEOUT;
  meets(row, run(settings, EFFECT_READ, silent ? 0.7 : 10), row->fault, 0);
  settings_release(settings);
}

static void on_a_reused_connection(const struct row *row, int number) {
  char host[64], fault[64];
  snprintf(host, sizeof host, "reused-%d.peer.localhost", number);
  snprintf(fault, sizeof fault, "keep_then_%s", row->fault);
  struct settings *settings = peer_settings_on("tls_http2", host, fault, fault);
  struct exchange *first = run(settings, EFFECT_READ, 10);
  bool silent = row->outcome == OUTCOME_TIMEOUT;
  CHECK(exchange_status(first) == 200, "%s: status %d first", fault, exchange_status(first));
  meets(row, run(settings, EFFECT_READ, silent ? 0.7 : 10), fault, 1);
  exchange_release(first);
  settings_release(settings);
}

static void one_fault_after_the_other(void) {
  struct settings *settings = peer_settings_on("tls_http2", "row99.localhost", "sequence",
                                               "steps/rst_stream,refused_stream,ok");
  for (int i = 0; i < 4; i++) {
    struct exchange *exchange = run(settings, EFFECT_READ, 10);
    int status = i < 2 ? 0 : 200;
    CHECK(exchange_status(exchange) == status, "request %d: status %d", i,
          exchange_status(exchange));
    exchange_release(exchange);
  }
  struct peer_count count = peer_received("steps");
  CHECK(count.requests == 3 && count.refused == 1, "%d received, %d refused", count.requests,
        count.refused);
  settings_release(settings);
}

static void who_wants_http_1_1_gets_it(void) {
  struct settings *settings = peer_settings_http2("ok", "older");
  struct exchange *exchange = run(settings, EFFECT_CREATES, 10);
  CHECK(exchange_status(exchange) == 200 && exchange_http_version(exchange) == 11,
        "status %d, HTTP %d", exchange_status(exchange), exchange_http_version(exchange));
  CHECK(peer_received("older").requests == 1, "%d received", peer_received("older").requests);
  exchange_release(exchange);
  settings_release(settings);
}

int main(void) {
  bool http2 = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
  peer_start();
  for (int i = 0; http2 && i < ROWS; i++) {
    on_a_fresh_connection(&rows[i], i);
    on_a_reused_connection(&rows[i], i);
  }
  if (http2) {
    one_fault_after_the_other();
  }
  who_wants_http_1_1_gets_it();
  return checks_conclude("peer_http2");
}
