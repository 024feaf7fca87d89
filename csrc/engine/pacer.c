#include "pacer.h"

#include <math.h>
#include <stdlib.h>

static const double remembered = 60; /* seconds that a lower rate counts for all */
static const double slow_first = 1;
static const double slow_most = 8;
static const double asked_most = 60; /* one odd Retry-After must not silence a key for a day */

/* FNV-1a: the key itself is not kept. */
uint64_t pacer_hash(const char *key) {
  uint64_t hash = UINT64_C(14695981039346656037);
  for (; *key; key++) {
    hash = (hash ^ (unsigned char)*key) * UINT64_C(1099511628211);
  }
  return hash;
}

static bool is_forgettable(const struct pacer *pacer, double now) {
  return pacer->users == 0 && now >= pacer->interval_until && now >= pacer_next_start(pacer);
}

static void drop_unused(struct pacer **list, double now) {
  while (*list) {
    struct pacer *pacer = *list;
    if (is_forgettable(pacer, now)) {
      *list = pacer->next;
      free(pacer);
    } else {
      list = &pacer->next;
    }
  }
}

static struct pacer *find_or_make(struct pacer **list, uint64_t key, bool make) {
  struct pacer *pacer = *list;
  while (pacer && pacer->key != key) {
    pacer = pacer->next;
  }
  if (!pacer && make && (pacer = calloc(1, sizeof *pacer))) {
    pacer->key = key;
    pacer->last_start = -INFINITY;
    pacer->next = *list;
    *list = pacer;
  }
  return pacer;
}

struct pacer *pacer_find(struct pacer **list, uint64_t key, double calls_per_second, double now,
                         bool *failed) {
  bool limited = calls_per_second > 0;
  drop_unused(list, now);
  struct pacer *pacer = find_or_make(list, key, limited);
  *failed = limited && !pacer;
  if (limited && pacer) {
    double interval = 1 / calls_per_second;
    if (interval >= pacer->interval || now >= pacer->interval_until) {
      pacer->delayed |= interval > pacer->interval;
      pacer->interval = interval;
      pacer->interval_until = now + interval + remembered;
    }
  }
  return pacer;
}

double pacer_next_start(const struct pacer *pacer) {
  double next = pacer->last_start + pacer->interval;
  return next > pacer->paused_until ? next : pacer->paused_until;
}

double pacer_start_of(const struct pacer *pacer, size_t ahead, double now) {
  double first = pacer_next_start(pacer);
  return (first > now ? first : now) + (double)ahead * pacer->interval;
}

void pacer_started(struct pacer *pacer, double now) {
  pacer->last_start = now;
}

static void pause_until(struct pacer *pacer, double until) {
  if (until > pacer->paused_until) {
    pacer->paused_until = until;
    pacer->delayed = true;
  }
}

/* Answers that come while it is paused belong to calls from before. */
void pacer_answered(struct pacer *pacer, int status, double retry_after, double now) {
  if (status == 429 && retry_after >= 0) {
    pause_until(pacer, now + (retry_after < asked_most ? retry_after : asked_most));
  } else if (now < pacer->paused_until || status == 0) {
    return;
  } else if (status == 429) {
    double longer = pacer->slow > 0 ? pacer->slow * 2 : slow_first;
    pacer->slow = longer < slow_most ? longer : slow_most;
    pause_until(pacer, now + pacer->slow);
  } else {
    pacer->slow = 0;
  }
}
