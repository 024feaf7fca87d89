/* denied_threads.h - a pthread_create for the whole of one test program, which can be made to fail.
 * The including file defines _GNU_SOURCE first. */
#ifndef SYNTHFLOW_SPEC_DENIED_THREADS_H
#define SYNTHFLOW_SPEC_DENIED_THREADS_H

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* While it is true, no thread can be had. */
static atomic_bool threads_denied;

typedef int create_thread(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

/* In place of the system's. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *data) {
  create_thread *real;
  *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
  return atomic_load(&threads_denied) ? EAGAIN : real(thread, attributes, run, data);
}

#endif
