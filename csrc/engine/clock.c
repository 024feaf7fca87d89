#define _POSIX_C_SOURCE 200809L

#include "clock.h"

#include <time.h>

static struct timespec to_timespec(double seconds) {
  time_t whole = (time_t)seconds;
  long rest = (long)((seconds - (double)whole) * 1e9);
  struct timespec time = {.tv_sec = whole, .tv_nsec = rest};
  return time;
}

double clock_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* macOS cannot bind a condition variable to the monotonic clock, but can wait for a span. */
#ifdef __APPLE__

int clock_condition(pthread_cond_t *condition) {
  return pthread_cond_init(condition, NULL);
}

void clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, double until) {
  double seconds = until - clock_now();
  struct timespec span = to_timespec(seconds > 0 ? seconds : 0);
  pthread_cond_timedwait_relative_np(condition, mutex, &span);
}

#else

int clock_condition(pthread_cond_t *condition) {
  pthread_condattr_t attributes;
  int fault = pthread_condattr_init(&attributes);
  if (fault) {
    return fault;
  }
  fault = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  if (!fault) {
    fault = pthread_cond_init(condition, &attributes);
  }
  pthread_condattr_destroy(&attributes);
  return fault;
}

void clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, double until) {
  struct timespec end = to_timespec(until);
  pthread_cond_timedwait(condition, mutex, &end);
}

#endif
