/* pacer.h - call attempts per second, per process and key.
 *
 * A start is allowed one interval after the previous start, however late that was: no burst
 * makes up for lost time. First in, first out. Of two clients with one key the lower rate counts
 * for both, until the slower one has been silent for a minute and one interval. */
#ifndef SYNTHFLOW_PACER_H
#define SYNTHFLOW_PACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "queue.h"

struct pacer {
  struct pacer *next;
  uint64_t key;          /* a hash: two keys that collide share a rate, which is safe */
  struct queue waiting;
  size_t waiting_count;
  size_t paused_count;   /* those that will wait again, after a pause of their own */
  size_t users;          /* exchanges that are not done */
  double interval;       /* seconds between starts */
  double interval_until; /* when a shorter one may replace it */
  double last_start;
  double paused_until;
  double slow;           /* the last pause for a 429 without Retry-After; 0: none in a row */
  bool blocked;          /* the next one's turn has come, but there is no connection for it */
  bool delayed;          /* the next start has moved away: some may be hopeless now */
};

uint64_t pacer_hash(const char *key);

/* The pacer of a key, made when calls_per_second is above 0; NULL: none is needed, or (`failed`)
 * memory ran out. Drops those that nobody has used for long. */
struct pacer *pacer_find(struct pacer **list, uint64_t key, double calls_per_second, double now,
                         bool *failed);

/* No start before this moment. */
double pacer_next_start(const struct pacer *pacer);

/* When one with `ahead` others before it would start, at the earliest. */
double pacer_start_of(const struct pacer *pacer, size_t ahead, double now);

void pacer_started(struct pacer *pacer, double now);

/* An answer came: 429 pauses all, for as long as it asks, up to a minute, or else for 1 s, doubling
 * to 8 s. */
void pacer_answered(struct pacer *pacer, int status, double retry_after, double now);

#endif
