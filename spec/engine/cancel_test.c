/* What is ended early and is not on the wire yet does not get there: by cancelling, at a time limit, and
 * when others end before it. And a thread that is cancelled leaves the engine in order. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "peer.h"

enum { CROWD = 40, SLOTS = 2 };

static void await_end(struct exchange *exchange) {
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
}

/* A moment in which whatever was sent by mistake would arrive. */
static void settle(void) {
  peer_pause(0.2);
}

static struct exchange *new_dial(struct settings *settings) {
  return peer_request(settings, "POST", EFFECT_DIALS, "{}");
}

/* --- one ------------------------------------------------------------------------------------ */

/* Between an exchange and the server: what the server says is held back until `open`. */
struct relay {
  int listener;
  unsigned short server; /* its port */
  atomic_bool open;
  atomic_bool passed; /* something has been handed on to the client */
  pthread_t thread;
};

static int connect_to(unsigned short port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int number = socket(AF_INET, SOCK_STREAM, 0);
  return connect(number, (struct sockaddr *)&address, sizeof address) == 0 ? number : -1;
}

/* false: one of them has closed. */
static bool pass_on(int from, int to) {
  char bytes[16384];
  ssize_t count = recv(from, bytes, sizeof bytes, 0);
  return count > 0 && send(to, bytes, (size_t)count, MSG_NOSIGNAL) == count;
}

static void *run_relay(void *data) {
  struct relay *relay = data;
  int client = accept(relay->listener, NULL, NULL);
  int server = connect_to(relay->server);
  bool live = client >= 0 && server >= 0;
  while (live) {
    bool open = atomic_load(&relay->open);
    struct pollfd both[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    poll(both, open ? 2 : 1, 5);
    live = !both[0].revents || pass_on(client, server);
    if (live && open && both[1].revents) {
      live = pass_on(server, client);
      atomic_store(&relay->passed, true);
    }
  }
  close(client);
  close(server);
  return NULL;
}

/* Puts it in front of the server that the settings name, under the same name. */
static void relay_begin(struct relay *relay, struct settings *settings, const char *tag) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  char url[128];
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  relay->listener = socket(AF_INET, SOCK_STREAM, 0);
  bool ready = bind(relay->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
               listen(relay->listener, 1) == 0 &&
               getsockname(relay->listener, (struct sockaddr *)&address, &size) == 0;
  CHECK(ready, "no port for the relay");
  relay->server = (unsigned short)strtoul(strrchr(settings->origin, ':') + 1, NULL, 10);
  atomic_init(&relay->open, false);
  atomic_init(&relay->passed, false);
  snprintf(url, sizeof url, "https://row1.localhost:%d/ok/%s", ntohs(address.sin_port), tag);
  settings_set_base_url(settings, url);
  pthread_create(&relay->thread, NULL, run_relay, relay);
}

/* The owner of the exchange is away while the last step of its handshake comes. */
static void let_the_handshake_end(struct relay *relay) {
  atomic_store(&relay->open, true);
  while (!atomic_load(&relay->passed)) {
    peer_pause(0.005);
  }
}

static void what_ends_in_its_handshake_is_not_sent(const char *tag, enum outcome outcome) {
  struct settings *settings = peer_settings_on("tls", "row1.localhost", "ok", tag);
  struct relay relay;
  relay_begin(&relay, settings, tag);
  settings->connect_timeout = strcmp(tag, "connect_timeout") == 0 ? 0.2 : 20;
  struct exchange *exchange = new_dial(settings);
  exchange_set_timeout(exchange, strcmp(tag, "deadline") == 0 ? 0.2 : 20);
  engine_submit(exchange, DRIVE_BY_WAITING);
  double began = clock_now();
  engine_wait(exchange, 0.1);
  while (clock_now() < began + 0.25) {
    peer_pause(0.01);
  }
  let_the_handshake_end(&relay);
  if (outcome == OUTCOME_CANCELLED) {
    engine_cancel(exchange);
  }
  await_end(exchange);
  settle();
  CHECK(exchange_outcome(exchange) == outcome && exchange_took_effect(exchange) == TOOK_EFFECT_NO,
        "%s: outcome %d, took effect %d", tag, exchange_outcome(exchange),
        exchange_took_effect(exchange));
  CHECK(peer_received(tag).requests == 0, "%s: %d received", tag, peer_received(tag).requests);
  exchange_release(exchange);
  settings_release(settings);
  pthread_join(relay.thread, NULL);
  close(relay.listener);
}

/* --- many ----------------------------------------------------------------------------------- */

static void submit_crowd(struct exchange **crowd, struct settings *settings,
                         enum engine_driver driver) {
  for (int i = 0; i < CROWD; i++) {
    crowd[i] = new_dial(settings);
    engine_submit(crowd[i], driver);
  }
}

static void check_crowd(struct exchange **crowd, const char *tag, int sent) {
  int unsent = 0;
  for (int i = 0; i < CROWD; i++) {
    await_end(crowd[i]);
    unsent += exchange_took_effect(crowd[i]) == TOOK_EFFECT_NO;
    exchange_release(crowd[i]);
  }
  settle();
  CHECK(peer_received(tag).requests == sent && unsent == CROWD - sent,
        "%s: %d sent before, %d in all, %d say they were not", tag, sent,
        peer_received(tag).requests, unsent);
}

static void those_that_wait_are_not_sent_when_all_are_cancelled(const char *tag,
                                                                enum engine_driver driver) {
  struct settings *settings = peer_settings_on("plain", "crowd.peer.localhost", "silence", tag);
  struct exchange *crowd[CROWD];
  settings->connections = SLOTS;
  submit_crowd(crowd, settings, driver);
  engine_wait(crowd[0], 0.05);
  int sent = peer_await_received(tag, SLOTS);
  CHECK(sent == SLOTS, "%s: %d sent", tag, sent);
  engine_cancel_all(crowd, CROWD);
  check_crowd(crowd, tag, sent);
  settings_release(settings);
}

/* One after the other, by an owner who drives. */
static void nor_when_one_after_the_other_is(void) {
  struct settings *settings = peer_settings_on("plain", "queue.peer.localhost", "silence", "queue");
  struct mailbox *mailbox = mailbox_new();
  struct exchange *crowd[CROWD];
  settings->connections = SLOTS;
  for (int i = 0; i < CROWD; i++) {
    crowd[i] = new_dial(settings);
    exchange_set_mailbox(crowd[i], mailbox, (uint64_t)i);
    engine_submit(crowd[i], DRIVE_BY_WAITING);
  }
  engine_wait_mailbox(mailbox, 0.05);
  int sent = peer_await_received("queue", SLOTS);
  for (int i = 0; i < CROWD; i++) {
    engine_cancel(crowd[i]);
  }
  check_crowd(crowd, "queue", sent);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* --- threads that are cancelled -------------------------------------------------------------- */

static void *wait_for(void *exchange) {
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
    pthread_testcancel();
  }
  return NULL;
}

/* The first thread drives, the second one waits for it. */
static void a_cancelled_thread_leaves_the_engine_in_order(int which) {
  struct settings *silent = peer_settings("silence", "threads");
  struct settings *fine = peer_settings("ok", "threads");
  struct exchange *pending[] = {new_dial(silent), new_dial(silent)};
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) {
    engine_submit(pending[i], DRIVE_BY_WAITING);
    pthread_create(&threads[i], NULL, wait_for, pending[i]);
    peer_pause(0.1);
  }
  pthread_cancel(threads[which]);
  pthread_join(threads[which], NULL);
  struct exchange *other = peer_request(fine, "GET", EFFECT_READ, NULL);
  exchange_set_timeout(other, 10);
  peer_run(other);
  CHECK(exchange_status(other) == 200, "thread %d cancelled: outcome %d of another request", which,
        exchange_outcome(other));
  exchange_release(other);
  engine_cancel_all(pending, 2);
  pthread_join(threads[1 - which], NULL);
  for (int i = 0; i < 2; i++) {
    await_end(pending[i]);
    exchange_release(pending[i]);
  }
  settings_release(silent);
  settings_release(fine);
}

int main(void) {
  alarm(120); /* a lock that stayed behind is waited for without an end */
  peer_start();
  what_ends_in_its_handshake_is_not_sent("cancelled", OUTCOME_CANCELLED);
  what_ends_in_its_handshake_is_not_sent("connect_timeout", OUTCOME_TIMEOUT);
  what_ends_in_its_handshake_is_not_sent("deadline", OUTCOME_TIMEOUT);
  nor_when_one_after_the_other_is();
  those_that_wait_are_not_sent_when_all_are_cancelled("driven", DRIVE_BY_WAITING);
  those_that_wait_are_not_sent_when_all_are_cancelled("thread", DRIVE_BACKGROUND);
  a_cancelled_thread_leaves_the_engine_in_order(0);
  a_cancelled_thread_leaves_the_engine_in_order(1);
  return checks_conclude("cancel_test");
}
