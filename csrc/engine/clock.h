/* clock.h - monotonic time in seconds, and waiting by it. */
#ifndef SYNTHFLOW_CLOCK_H
#define SYNTHFLOW_CLOCK_H

#include <pthread.h>

/* Seconds since some fixed moment; never goes back. */
double clock_now(void);

/* Makes a condition variable for clock_wait. 0, or an errno value. */
int clock_condition(pthread_cond_t *condition);

/* Waits until signalled, for no reason at all, or until `until`, whichever comes first. */
void clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, double until);

#endif
