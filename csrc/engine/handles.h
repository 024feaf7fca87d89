/* handles.h - easy handles that have been used and can be used again: making one costs a
 * fifth of a request, and a used one can resume its TLS sessions. */
#ifndef SYNTHFLOW_HANDLES_H
#define SYNTHFLOW_HANDLES_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { HANDLES_KEPT = 64 };

struct handles {
  pthread_mutex_t lock;
  CURL *kept[HANDLES_KEPT];
  size_t count;
  CURL *left[HANDLES_KEPT];
  size_t left_count;
};

/* A handle with no option set; NULL when memory ran out. For any thread. */
CURL *handles_take(struct handles *handles);

/* Leaves one that was never in the multi handle for handles_collect. For any thread. false: too many are
 * left. NULL is fine. */
bool handles_leave(struct handles *handles, CURL *easy);

/* Takes back those that were left, as handles_give does. */
void handles_collect(struct handles *handles);

/* Takes one back that is not in the multi handle, or no more: all of its options are forgotten. The
 * caller holds off forks, because OpenSSL may free sessions here. NULL is fine. */
void handles_give(struct handles *handles, CURL *easy);

#endif
