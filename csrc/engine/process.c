/* process.c - one engine for each process: made when it is first wanted, left behind by a forked child,
 * stopped at the end. */
#define _POSIX_C_SOURCE 200809L

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "cancellation.h"
#include "clock.h"
#include "engine_private.h"

/* The one engine. `abandoned` keeps those of the processes before a fork reachable: their
 * memory is shared with threads that do not exist here, so nothing of it can be freed. */
static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static struct engine *current;
static struct engine *volatile abandoned;
static struct engine *forking; /* whose `perform` a fork holds */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool forks_are_known; /* to the handlers below */
static bool curl_is_ready;

/* A process may have its parent's id: the first one of a container, whose child is the first one of
 * another. */
static void abandon(void) {
  current->pid = 0;
  sockets_drop(&current->sockets);
  current->abandoned = abandoned;
  abandoned = current;
  current = NULL;
}

bool engine_is_ours(const struct engine *engine) {
  return engine && engine->pid == getpid();
}

struct engine *engine_here(void) {
  pthread_mutex_lock(&registry);
  struct engine *engine = engine_is_ours(current) ? current : NULL;
  pthread_mutex_unlock(&registry);
  return engine;
}

static void before_fork(void) {
  pthread_mutex_lock(&registry);
  forking = engine_is_ours(current) ? current : NULL;
  if (forking) {
    pthread_mutex_lock(&forking->perform);
    pthread_mutex_lock(&forking->handles.lock);
  }
}

static void release_forking(void) {
  if (forking) {
    pthread_mutex_unlock(&forking->handles.lock);
    pthread_mutex_unlock(&forking->perform);
  }
}

static void after_fork_in_parent(void) {
  release_forking();
  pthread_mutex_unlock(&registry);
}

static void after_fork_in_child(void) {
  forks_are_known = true; /* also where the fork came before their registration had ended */
  release_forking();
  if (forking) {
    abandon();
  }
  pthread_mutex_unlock(&registry);
}

/* Runs before OpenSSL's own clean-up, because it was registered later. The driver leaves
 * after one turn, within milliseconds; to go on without it would crash, so that only one
 * that is truly stuck is left behind. */
static void stop(struct engine *engine) {
  const double patience = 2;
  pthread_mutex_lock(&engine->lock);
  bool joinable = engine->thread_exists;
  engine->stopping = true;
  bool wake = engine_must_wake(engine);
  pthread_cond_broadcast(&engine->thread_wake);
  pthread_mutex_unlock(&engine->lock);
  if (wake) {
    curl_multi_wakeup(engine->multi);
  }
  pthread_mutex_lock(&engine->lock);
  double until = clock_now() + patience;
  while ((engine->driving || engine->thread_exists) && clock_now() < until) {
    clock_wait(&engine->driver_left, &engine->lock, until);
  }
  joinable = joinable && !engine->thread_exists;
  pthread_mutex_unlock(&engine->lock);
  if (joinable) {
    pthread_join(engine->thread, NULL);
  }
}

static void stop_at_exit(void) {
  int before = cancellation_put_off();
  struct engine *engine = engine_here();
  if (engine) {
    stop(engine);
  }
  cancellation_restore(before);
}

/* Before anything else, so that no fork copies a lock of libcurl's, or the registry, while it is held. */
static void watch_forks(void) {
  forks_are_known = forks_are_known || pthread_atfork(before_fork, after_fork_in_parent,
                                                      after_fork_in_child) == 0;
}

/* With the registry. What fails for want of memory is tried again by the next submission. */
static bool start_curl(void) {
  if (!curl_is_ready && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
    curl_is_ready = atexit(stop_at_exit) == 0;
  }
  return curl_is_ready;
}

/* Processes that fail together are not to come back together. */
static void seed(struct engine *engine) {
  unsigned long long bits = (unsigned long long)(clock_now() * 1e9) ^
                            (unsigned long long)engine->pid << 24 ^ (uintptr_t)engine;
  for (int i = 0; i < 3; i++) {
    engine->random[i] = (unsigned short)(bits >> 16 * i);
  }
}

static struct engine *make(void) {
  struct engine *engine = calloc(1, sizeof *engine);
  if (!engine) {
    return NULL;
  }
  engine->multi = curl_multi_init();
  /* libcurl makes do without a descriptor to be woken by; this engine cannot. */
  if (!engine->multi || curl_multi_wakeup(engine->multi) != CURLM_OK) {
    curl_multi_cleanup(engine->multi);
    free(engine);
    return NULL;
  }
  engine->pid = getpid();
  seed(engine);
  curl_multi_setopt(engine->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)ORIGIN_STREAMS);
  pthread_mutex_init(&engine->perform, NULL);
  pthread_mutex_init(&engine->lock, NULL);
  pthread_mutex_init(&engine->handles.lock, NULL);
  pthread_cond_init(&engine->thread_wake, NULL);
  clock_condition(&engine->driver_left);
  return engine;
}

struct engine *engine_obtain(void) {
  pthread_once(&once, watch_forks);
  if (!forks_are_known) {
    return NULL;
  }
  pthread_mutex_lock(&registry);
  if (current && !engine_is_ours(current)) {
    abandon(); /* a fork that ran no handlers */
  }
  if (!current && start_curl()) {
    current = make();
  }
  struct engine *engine = current;
  pthread_mutex_unlock(&registry);
  return engine;
}
