/* Where no background thread can be had, those who wait must drive for each other, also when the
 * one that is asked to is just leaving. */
#define _GNU_SOURCE

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "check.h"
#include "clock.h"
#include "denied_threads.h"
#include "engine.h"
#include "peer.h"

enum { ROUNDS = 40, WAITERS = 3 };

struct waiter {
  struct exchange *exchange;
  double delay;
  double patience;
  double seconds; /* from submission to the end of waiting */
};

static double began;

static void *wait_once(void *data) {
  struct waiter *waiter = data;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t nothing;
  clock_condition(&nothing);
  pthread_mutex_lock(&mutex);
  while (clock_now() < began + waiter->delay) {
    clock_wait(&nothing, &mutex, began + waiter->delay);
  }
  pthread_mutex_unlock(&mutex);
  pthread_cond_destroy(&nothing);
  engine_wait(waiter->exchange, waiter->patience);
  waiter->seconds = clock_now() - began;
  return NULL;
}

/* The first waiter drives and leaves; the second one leaves at about the same moment; the third
 * one's deadline must be kept all the same. */
static double deadline_is_late_by(struct settings *settings, double shift) {
  const double deadline = 0.12;
  struct waiter waiters[WAITERS] = {{.patience = 0.04},
                                    {.delay = 0.01, .patience = 0.03 + shift},
                                    {.delay = 0.01, .patience = 5}};
  pthread_t threads[WAITERS];
  for (int i = 0; i < WAITERS; i++) {
    waiters[i].exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
    exchange_set_timeout(waiters[i].exchange, deadline);
  }
  began = clock_now();
  for (int i = 0; i < WAITERS; i++) {
    engine_submit(waiters[i].exchange, DRIVE_BY_WAITING);
  }
  for (int i = 0; i < WAITERS; i++) {
    if (pthread_create(&threads[i], NULL, wait_once, &waiters[i])) {
      fprintf(stderr, "no_thread_test: no thread to wait in\n");
      exit(2);
    }
  }
  atomic_store(&threads_denied, true);
  for (int i = 0; i < WAITERS; i++) {
    pthread_join(threads[i], NULL);
  }
  atomic_store(&threads_denied, false);
  for (int i = 0; i < WAITERS; i++) {
    while (engine_wait(waiters[i].exchange, 1) != WAIT_DONE) {
    }
    exchange_release(waiters[i].exchange);
  }
  return waiters[WAITERS - 1].seconds - deadline;
}

int main(void) {
  peer_start();
  struct settings *settings = peer_settings("silence", "no-thread");
  settings->retries = 0;
  for (int i = 0; i < ROUNDS; i++) {
    double late = deadline_is_late_by(settings, (i % 8) * 0.0003);
    CHECK(late < 2, "round %d: %f s late", i, late);
  }
  settings_release(settings);
  return checks_conclude("no_thread_test");
}
