/* Connections that are shared over HTTP/2: one that has died silently under load is left behind, and a
 * single one is shared fairly with those who need it for themselves. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>

#include <curl/curl.h>

#include "check.h"
#include "clock.h"
#include "peer.h"

enum { MOST = 64 };

static const double PATIENCE = 1; /* of one read */
static const double PAUSE = 0.1;  /* between two: several are always under way */

static struct exchange *reads[MOST];
static int count;

static double slowness(void) {
  return getenv("SYNTHFLOW_SANITIZED") ? 4 : 1;
}

static struct settings *shared(const char *host, const char *fault) {
  struct settings *settings = peer_settings_on("tls_http2", host, fault, host);
  settings->retries = 0;
  return settings;
}

static void begin_read(struct settings *settings, double timeout) {
  struct exchange *x = peer_request(settings, "GET", EFFECT_READ, NULL);
  exchange_set_timeout(x, timeout);
  engine_submit(x, DRIVE_BACKGROUND);
  reads[count++] = x;
}

static bool is_answered(struct exchange *x) {
  while (engine_wait(x, 1) != WAIT_DONE) {
  }
  return exchange_outcome(x) == OUTCOME_RESPONSE && exchange_status(x) == 200;
}

static void forget_reads(void) {
  for (int i = 0; i < count; i++) {
    is_answered(reads[i]);
    exchange_release(reads[i]);
  }
  count = 0;
}

static void warm_up(struct settings *settings) {
  struct exchange *x = peer_request(settings, "GET", EFFECT_READ, NULL);
  peer_run(x);
  CHECK(exchange_http_version(x) == 20, "HTTP version %d", exchange_http_version(x));
  exchange_release(x);
}

/* There is never a moment without a stream, in which libcurl could close the connection. */
static void a_silent_connection_is_left_behind_under_load(void) {
  struct settings *working = shared("row1.localhost", "ok");
  struct settings *deadly = shared("row1.localhost", "silence");
  double patience = PATIENCE * slowness();
  warm_up(working);
  begin_read(deadly, patience);
  double began = clock_now();
  while (clock_now() < began + 2 * patience) {
    peer_pause(PAUSE * slowness());
    begin_read(working, patience);
  }
  CHECK(!is_answered(reads[0]) && !is_answered(reads[1]), "the connection was not silent");
  for (int i = count - 3; i < count; i++) {
    CHECK(is_answered(reads[i]), "read %d of %d: outcome %d", i, count, exchange_outcome(reads[i]));
  }
  forget_reads();
  settings_release(working);
  settings_release(deadly);
}

/* Others that are answered show that it lives; but not for ever. */
static void a_slow_answer_costs_no_connection(void) {
  struct settings *quick = shared("row2.localhost", "ok");
  struct settings *slow = shared("row2.localhost", "silent_stream");
  warm_up(quick);
  for (int i = 0; i < 5; i++) {
    begin_read(slow, 0.4 * slowness());
    peer_pause(0.01);
    begin_read(quick, 5);
    CHECK(is_answered(reads[count - 1]), "outcome %d", exchange_outcome(reads[count - 1]));
    CHECK(!is_answered(reads[count - 2]), "it was answered");
    int connections = peer_received("row2.localhost").connections;
    CHECK(connections == (i < 4 ? 1 : 2), "after %d: %d connections", i + 1, connections);
  }
  forget_reads();
  settings_release(quick);
  settings_release(slow);
}

/* As long as this is the only host: connections to others would make room. */
static void a_call_gets_the_only_connection_in_spite_of_reads(bool paced) {
  const char *host = "row0.localhost";
  struct settings *slow = shared(host, "silent_stream");
  struct settings *quick = shared(host, "ok");
  slow->connections = quick->connections = 1;
  quick->connect_timeout = 1 * slowness();
  quick->calls_per_second = 1000;
  warm_up(quick);
  for (int i = 0; i < 3; i++) {
    begin_read(slow, 0.3);
    peer_pause(PAUSE);
  }
  struct exchange *call = peer_request(quick, "POST", EFFECT_DIALS, NULL);
  exchange_set_timeout(call, 10);
  if (paced) {
    exchange_set_paced(call);
  }
  double began = clock_now();
  engine_submit(call, DRIVE_BACKGROUND);
  while (engine_wait(call, 0) != WAIT_DONE && count < MOST) {
    begin_read(slow, 0.3);
    peer_pause(PAUSE);
  }
  double seconds = clock_now() - began;
  CHECK(is_answered(call), "outcome %d", exchange_outcome(call));
  CHECK(seconds < 5, "it took %.2f s", seconds);
  begin_read(quick, 5);
  CHECK(is_answered(reads[count - 1]), "outcome %d", exchange_outcome(reads[count - 1]));
  exchange_release(call);
  forget_reads();
  settings_release(slow);
  settings_release(quick);
}

/* Each call takes longer than the next one waits for its turn. */
static void reads_get_the_only_connection_in_spite_of_calls(void) {
  enum { CALLS = 20 };
  struct settings *settings = shared("row0.localhost", "ok");
  struct settings *slow = shared("row0.localhost", "delay-100");
  struct exchange *calls[CALLS];
  settings->connections = slow->connections = 1;
  slow->calls_per_second = 50;
  warm_up(settings);
  for (int i = 0; i < CALLS; i++) {
    calls[i] = peer_request(slow, "POST", EFFECT_DIALS, NULL);
    exchange_set_paced(calls[i]);
    exchange_set_timeout(calls[i], 20);
    engine_submit(calls[i], DRIVE_BACKGROUND);
  }
  peer_pause(0.05);
  double began = clock_now();
  begin_read(settings, 10);
  CHECK(is_answered(reads[0]), "outcome %d", exchange_outcome(reads[0]));
  double seconds = clock_now() - began;
  CHECK(seconds < 1.5, "it took %.2f s", seconds);
  for (int i = 0; i < CALLS; i++) {
    CHECK(is_answered(calls[i]), "call %d: outcome %d", i, exchange_outcome(calls[i]));
    exchange_release(calls[i]);
  }
  forget_reads();
  settings_release(settings);
  settings_release(slow);
}

int main(void) {
  if (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) {
    peer_start();
    a_call_gets_the_only_connection_in_spite_of_reads(false);
    a_call_gets_the_only_connection_in_spite_of_reads(true);
    reads_get_the_only_connection_in_spite_of_calls();
    a_silent_connection_is_left_behind_under_load();
    a_slow_answer_costs_no_connection();
  }
  return checks_conclude("shared_test");
}
