#include "policy.h"

enum { REQUEST_TIMEOUT = 408, TOO_MANY_REQUESTS = 429, SERVICE_UNAVAILABLE = 503 };

static const double budget_most = 100;
static const double budget_retry = 5;
static const double budget_success = 1;
static const double pause_growth_most = 16;

static bool is_success(int status) {
  return status >= 200 && status < 300;
}

/* Refused for certain: the platform looked at the request and did nothing. */
static bool is_refused(const struct observation *seen) {
  return seen->refusal ||
         (seen->status >= 300 && seen->status < 500 && seen->status != REQUEST_TIMEOUT);
}

static bool is_repeatable(enum effect effect) {
  return effect == EFFECT_READ || effect == EFFECT_IDEMPOTENT;
}

/* The next answer may be another. */
static bool may_pass(int status) {
  switch (status) {
  case 0: /* the connection was lost, or the time of the attempt was over */
  case REQUEST_TIMEOUT:
  case 500:
  case 502:
  case SERVICE_UNAVAILABLE:
  case 504:
    return true;
  default:
    return false;
  }
}

enum took_effect policy_took_effect(const struct observation *seen) {
  if (!seen->on_wire || is_refused(seen)) {
    return TOOK_EFFECT_NO;
  }
  return is_success(seen->status) ? TOOK_EFFECT_YES : TOOK_EFFECT_MAYBE;
}

/* Ended by its owner, or in a way that another attempt cannot change. */
static bool is_final(enum outcome outcome) {
  return outcome != OUTCOME_RESPONSE && outcome != OUTCOME_NETWORK && outcome != OUTCOME_TIMEOUT;
}

enum next policy_next(const struct observation *seen) {
  bool again;
  if (is_final(seen->outcome) || seen->refusal) {
    return NEXT_END;
  }
  if (seen->redirect_here && is_repeatable(seen->effect)) {
    return NEXT_FOLLOW;
  }
  if (!seen->on_wire || seen->status == TOO_MANY_REQUESTS) {
    again = true;
  } else if (seen->status == SERVICE_UNAVAILABLE && seen->retry_after) {
    again = seen->effect != EFFECT_DIALS;
  } else if (is_success(seen->status)) {
    again = is_repeatable(seen->effect) &&
            (seen->outcome != OUTCOME_RESPONSE || seen->unreadable);
  } else {
    again = is_repeatable(seen->effect) && may_pass(seen->status);
  }
  return again ? NEXT_RETRY : NEXT_END;
}

double policy_pause(int retry, double first, double chance) {
  double growth = 1;
  while (--retry > 0 && growth < pause_growth_most) {
    growth *= 2;
  }
  return first * growth * (0.5 + chance / 2);
}

void budget_fill(struct budget *budget) {
  budget->tokens = budget_most;
}

bool budget_take(struct budget *budget) {
  if (budget->tokens < budget_retry) {
    return false;
  }
  budget->tokens -= budget_retry;
  return true;
}

void budget_return(struct budget *budget) {
  if (budget->tokens + budget_success <= budget_most) {
    budget->tokens += budget_success;
  }
}

bool policy_may_share(enum effect effect) {
  return is_repeatable(effect);
}
