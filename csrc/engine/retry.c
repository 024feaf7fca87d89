#define _XOPEN_SOURCE 700

#include "retry.h"

#include <stdlib.h>

#include "clock.h"
#include "pacer.h"

/* The moment of the next attempt, at the earliest. */
static double next_attempt(struct engine *engine, const struct exchange *x) {
  double now = clock_now();
  double asked = x->report.retry_after;
  double due = now + (asked >= 0 ? asked
                                 : policy_pause(x->retries + 1, x->settings->first_pause,
                                                erand48(engine->random)));
  double turn = x->pacer ? pacer_start_of(x->pacer, x->pacer->paused_count, now) : now;
  return turn > due ? turn : due;
}

/* The budget last: what is not begun for another reason must not cost. */
static bool is_allowed(struct exchange *x, double due) {
  if (x->retries >= x->request.retries || due >= x->deadline) {
    return false;
  }
  x->budget_refused = !budget_take(&x->origin->budget);
  if (x->budget_refused) {
    atomic_fetch_add(&x->settings->counts.refused_by_budget, 1);
  }
  return !x->budget_refused;
}

static bool forget_attempt(struct engine *engine, struct exchange *x, double due) {
  timers_remove(&engine->timers, x);
  x->due = due;
  if (!timers_add(&engine->timers, x)) {
    return false;
  }
  exchange_forget_attempt(x);
  return true;
}

static bool follow(struct engine *engine, struct exchange *x) {
  if (x->redirect.failed || !forget_attempt(engine, x, x->deadline)) {
    return false;
  }
  struct buffer target = x->redirect;
  x->redirect = x->request.url;
  x->request.url = target;
  x->redirected = true;
  x->state = STATE_WAITING;
  origin_return(x->origin, x);
  return true;
}

static bool is_unwanted(const struct engine *engine, const struct exchange *x) {
  return engine->stopping || x->cancelling != OUTCOME_NONE || atomic_load(&x->settings->closed);
}

bool retry_begin(struct engine *engine, struct exchange *x, bool unreadable) {
  struct observation seen = exchange_observe(x, unreadable);
  enum next next = is_unwanted(engine, x) ? NEXT_END : policy_next(&seen);
  if (next == NEXT_FOLLOW) {
    return follow(engine, x);
  }
  double due = next_attempt(engine, x);
  if (next == NEXT_END || !is_allowed(x, due) || !forget_attempt(engine, x, due)) {
    return false;
  }
  x->retries++;
  atomic_fetch_add(&x->settings->counts.retries, 1);
  x->state = STATE_PAUSED;
  if (x->pacer) {
    x->pacer->paused_count++;
  }
  return true;
}

void retry_resume(struct engine *engine, struct exchange *x) {
  timers_move(&engine->timers, x, x->deadline);
  if (x->pacer) {
    x->state = STATE_PACED;
    queue_return(&x->pacer->waiting, x);
    x->pacer->paused_count--;
    x->pacer->waiting_count++;
    x->pacer->delayed = true; /* for those behind it */
  } else {
    x->state = STATE_WAITING;
    origin_return(x->origin, x);
  }
}
