/* policy.h - pure decisions, without clock, lock or network. */
#ifndef SYNTHFLOW_POLICY_H
#define SYNTHFLOW_POLICY_H

#include "exchange.h"

/* What was seen of one attempt. */
struct observation {
  enum effect effect;
  enum outcome outcome;
  int status;         /* of the last status line, 0 when none came */
  bool on_wire;       /* libcurl came to the point where it hands the request over */
  bool unreadable;    /* a whole 2xx whose body is not what it should be */
  bool retry_after;   /* the answer says when to come again */
  bool refusal;       /* the status means "not acted" for this operation */
  bool redirect_here; /* a 307 or 308 to the same origin, of a GET that has not been redirected yet */
};

enum next {
  NEXT_END,
  NEXT_RETRY, /* after a pause, if retries, budget and deadline allow */
  NEXT_FOLLOW /* the redirect, at once */
};

/* Whether the platform may have acted on this attempt. */
enum took_effect policy_took_effect(const struct observation *seen);

enum next policy_next(const struct observation *seen);

/* Seconds before retry n (from 1): doubling from `first` to 16 times that, times 0.5 to 1 by
 * `chance` (0 to 1). */
double policy_pause(int retry, double first, double chance);

/* Retries of one host in this process: each costs, each success gives a little back, so that a
 * platform in trouble is not asked three times as often. */
struct budget {
  double tokens;
};
void budget_fill(struct budget *budget);
bool budget_take(struct budget *budget);   /* false: a retry is not to be had */
void budget_return(struct budget *budget); /* after a success */

/* Whether transfers of this effect may share an HTTP/2 connection. A server that retires
 * such a connection makes some of its requests look lost; what must not be repeated
 * therefore goes over HTTP/1.1, where that is never in doubt. */
bool policy_may_share(enum effect effect);

#endif
