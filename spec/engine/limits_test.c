/* Clients with limits of their own at one host: none waits for the limit of another one. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <stdatomic.h>
#include <stdio.h>

#include <pthread.h>

#include "check.h"
#include "peer.h"

static struct settings *client(const char *fault, const char *tag, int connections) {
  struct settings *settings = peer_settings(fault, tag);
  settings->connections = connections;
  settings->retries = 0;
  return settings;
}

static struct exchange *begin(struct settings *settings, double timeout) {
  struct exchange *exchange = peer_request(settings, "POST", EFFECT_CREATES, "{}");
  exchange_set_timeout(exchange, timeout);
  if (settings->calls_per_second > 0) {
    exchange_set_paced(exchange);
  }
  engine_submit(exchange, DRIVE_BACKGROUND);
  return exchange;
}

static bool is_answered(struct exchange *exchange) {
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
  bool answered = exchange_status(exchange) == 200;
  exchange_release(exchange);
  return answered;
}

/* A small client has all it may have; its next one waits, and nobody behind it does. */
static void a_client_at_its_limit_holds_up_no_other(void) {
  struct settings *small = client("silence", "small", 1);
  struct settings *large = client("ok", "large", 8);
  struct exchange *held[] = {begin(small, 20), begin(small, 20), begin(small, 20)};
  peer_await_received("small", 1);
  CHECK(is_answered(begin(large, 10)), "the other client's request was held up");
  CHECK(peer_received("small").requests == 1, "%d of the small client are under way",
        peer_received("small").requests);
  engine_cancel_all(held, 3);
  for (int i = 0; i < 3; i++) {
    is_answered(held[i]);
  }
  settings_release(small);
  settings_release(large);
}

static atomic_bool traffic_ends;

static void *make_traffic(void *settings) {
  while (!atomic_load(&traffic_ends)) {
    is_answered(begin(settings, 10));
  }
  return NULL;
}

/* What others have under way does not count against its limit: one that waits for its turn at a pace waits
 * in no queue that would hold them up. */
static void a_small_client_is_not_starved(void) {
  struct settings *small = client("ok", "starved", 1);
  small->calls_per_second = 10;
  struct settings *large = client("delay-300", "traffic", 8);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) {
    pthread_create(&threads[i], NULL, make_traffic, large);
    peer_pause(0.1); /* so that one of them is always under way */
  }
  CHECK(is_answered(begin(small, 5)), "it was not answered");
  atomic_store(&traffic_ends, true);
  for (int i = 0; i < 3; i++) {
    pthread_join(threads[i], NULL);
  }
  settings_release(small);
  settings_release(large);
}

/* Nor do all of them together have more than the largest limit. */
static void the_largest_limit_is_that_of_all(void) {
  struct settings *clients[] = {client("silence", "all", 3), client("silence", "all", 3)};
  struct exchange *crowd[8];
  for (int i = 0; i < 8; i++) {
    crowd[i] = begin(clients[i % 2], 20);
  }
  int sent = peer_await_received("all", 3);
  peer_pause(0.1);
  CHECK(sent == 3 && peer_received("all").requests == 3, "%d, then %d under way", sent,
        peer_received("all").requests);
  engine_cancel_all(crowd, 8);
  for (int i = 0; i < 8; i++) {
    is_answered(crowd[i]);
  }
  settings_release(clients[0]);
  settings_release(clients[1]);
}

int main(void) {
  peer_start();
  the_largest_limit_is_that_of_all();
  a_client_at_its_limit_holds_up_no_other();
  a_small_client_is_not_starved();
  return checks_conclude("limits_test");
}
