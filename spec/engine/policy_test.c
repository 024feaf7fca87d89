/* What is seen of an attempt decides whether the platform may have acted, and what comes next:
 * every row of the table, for each of the four effects. */
#include "policy.h"

#include <math.h>

#include "check.h"

enum { EFFECTS = 4 };

static const enum effect effects[EFFECTS] = {EFFECT_READ, EFFECT_IDEMPOTENT, EFFECT_CREATES,
                                             EFFECT_DIALS};
static const char *const names[EFFECTS] = {"read", "idempotent", "creates", "dials"};

#define NOWHERE .on_wire = false
#define SENT .on_wire = true
#define ANSWER SENT, .outcome = OUTCOME_RESPONSE, .status

enum { NO = TOOK_EFFECT_NO, MAYBE = TOOK_EFFECT_MAYBE, YES = TOOK_EFFECT_YES };

/* Read, idempotent, creates, dials. */
#define END {NEXT_END, NEXT_END, NEXT_END, NEXT_END}
#define RETRY {NEXT_RETRY, NEXT_RETRY, NEXT_RETRY, NEXT_RETRY}
#define RETRY_BUT_DIALS {NEXT_RETRY, NEXT_RETRY, NEXT_RETRY, NEXT_END}
#define RETRY_REPEATABLE {NEXT_RETRY, NEXT_RETRY, NEXT_END, NEXT_END}
#define FOLLOW {NEXT_FOLLOW, NEXT_FOLLOW, NEXT_END, NEXT_END}

static const struct row {
  const char *what;
  struct observation seen; /* without the effect */
  int took_effect;
  enum next next[EFFECTS];
} rows[] = {
  {"no connection", {NOWHERE, .outcome = OUTCOME_NETWORK}, NO, RETRY},
  {"the connect timeout", {NOWHERE, .outcome = OUTCOME_TIMEOUT}, NO, RETRY},

  {"429", {ANSWER = 429}, NO, RETRY},
  {"429 with Retry-After", {ANSWER = 429, .retry_after = true}, NO, RETRY},
  {"429, its body cut", {SENT, .outcome = OUTCOME_NETWORK, .status = 429}, NO, RETRY},

  {"503 with Retry-After", {ANSWER = 503, .retry_after = true}, MAYBE, RETRY_BUT_DIALS},

  {"408", {ANSWER = 408}, MAYBE, RETRY_REPEATABLE},
  {"408 with Retry-After", {ANSWER = 408, .retry_after = true}, MAYBE, RETRY_REPEATABLE},
  {"500", {ANSWER = 500}, MAYBE, RETRY_REPEATABLE},
  {"500 with Retry-After", {ANSWER = 500, .retry_after = true}, MAYBE, RETRY_REPEATABLE},
  {"500, its body cut", {SENT, .outcome = OUTCOME_NETWORK, .status = 500}, MAYBE, RETRY_REPEATABLE},
  {"502", {ANSWER = 502}, MAYBE, RETRY_REPEATABLE},
  {"503", {ANSWER = 503}, MAYBE, RETRY_REPEATABLE},
  {"504", {ANSWER = 504}, MAYBE, RETRY_REPEATABLE},
  {"504 with Retry-After", {ANSWER = 504, .retry_after = true}, MAYBE, RETRY_REPEATABLE},
  {"the connection is lost", {SENT, .outcome = OUTCOME_NETWORK}, MAYBE, RETRY_REPEATABLE},
  {"the attempt times out", {SENT, .outcome = OUTCOME_TIMEOUT}, MAYBE, RETRY_REPEATABLE},

  {"2xx, body cut", {SENT, .outcome = OUTCOME_NETWORK, .status = 200}, YES, RETRY_REPEATABLE},
  {"201, body cut", {SENT, .outcome = OUTCOME_NETWORK, .status = 201}, YES, RETRY_REPEATABLE},
  {"2xx, body late", {SENT, .outcome = OUTCOME_TIMEOUT, .status = 200}, YES, RETRY_REPEATABLE},
  {"2xx, undecodable", {ANSWER = 200, .unreadable = true}, YES, RETRY_REPEATABLE},
  {"299, undecodable", {ANSWER = 299, .unreadable = true}, YES, RETRY_REPEATABLE},

  {"307 within the origin", {ANSWER = 307, .redirect_here = true}, NO, FOLLOW},
  {"308 within the origin", {ANSWER = 308, .redirect_here = true}, NO, FOLLOW},
  {"307 to elsewhere", {ANSWER = 307}, NO, END},
  {"308 to elsewhere", {ANSWER = 308}, NO, END},

  {"300", {ANSWER = 300}, NO, END},
  {"301", {ANSWER = 301}, NO, END},
  {"302", {ANSWER = 302}, NO, END},
  {"303", {ANSWER = 303}, NO, END},
  {"304", {ANSWER = 304}, NO, END},
  {"400", {ANSWER = 400}, NO, END},
  {"401", {ANSWER = 401}, NO, END},
  {"403", {ANSWER = 403}, NO, END},
  {"404", {ANSWER = 404}, NO, END},
  {"404, its body cut", {SENT, .outcome = OUTCOME_NETWORK, .status = 404}, NO, END},
  {"407", {ANSWER = 407}, NO, END},
  {"409", {ANSWER = 409}, NO, END},
  {"409 with Retry-After", {ANSWER = 409, .retry_after = true}, NO, END},
  {"413", {ANSWER = 413}, NO, END},
  {"422", {ANSWER = 422}, NO, END},
  {"425", {ANSWER = 425}, NO, END},
  {"499", {ANSWER = 499}, NO, END},

  {"200", {ANSWER = 200}, YES, END},
  {"201", {ANSWER = 201}, YES, END},
  {"204", {ANSWER = 204}, YES, END},
  {"299", {ANSWER = 299}, YES, END},
  {"a 2xx too large", {SENT, .outcome = OUTCOME_TOO_LARGE, .status = 200}, YES, END},

  {"503 that means no", {ANSWER = 503, .refusal = true}, NO, END},
  {"503 that means no, with Retry-After",
   {ANSWER = 503, .refusal = true, .retry_after = true}, NO, END},

  {"501", {ANSWER = 501}, MAYBE, END},
  {"505", {ANSWER = 505}, MAYBE, END},
  {"599", {ANSWER = 599}, MAYBE, END},

  {"cancelled before", {NOWHERE, .outcome = OUTCOME_CANCELLED}, NO, END},
  {"cancelled after", {SENT, .outcome = OUTCOME_CANCELLED}, MAYBE, END},
  {"cancelled in a 2xx", {SENT, .outcome = OUTCOME_CANCELLED, .status = 200}, YES, END},
  {"closed before", {NOWHERE, .outcome = OUTCOME_CLOSED}, NO, END},
  {"closed after", {SENT, .outcome = OUTCOME_CLOSED}, MAYBE, END},
  {"no memory before", {NOWHERE, .outcome = OUTCOME_NO_MEMORY}, NO, END},
  {"no memory after", {SENT, .outcome = OUTCOME_NO_MEMORY}, MAYBE, END},
};

static void every_row_holds(void) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    for (size_t e = 0; e < EFFECTS; e++) {
      struct observation seen = rows[i].seen;
      seen.effect = effects[e];
      int took_effect = policy_took_effect(&seen);
      enum next next = policy_next(&seen);
      CHECK(took_effect == rows[i].took_effect, "%s, %s: took effect %d", rows[i].what, names[e],
            took_effect);
      CHECK(next == rows[i].next[e], "%s, %s: next %d", rows[i].what, names[e], next);
    }
  }
}

/* Whatever the status: not again where the first may have been accepted and a second would
 * ring or be billed, and not followed where nothing is to be followed. */
static void no_status_repeats_what_must_not_be_repeated(void) {
  for (int status = 100; status < 1000; status++) {
    for (int after = 0; after < 2; after++) {
      struct observation seen = {ANSWER = status, .retry_after = after == 1};
      seen.effect = EFFECT_CREATES;
      enum next creates = policy_next(&seen);
      seen.effect = EFFECT_DIALS;
      enum next dials = policy_next(&seen);
      CHECK(creates == (status == 429 || (status == 503 && after) ? NEXT_RETRY : NEXT_END),
            "creates, %d, Retry-After %d: %d", status, after, creates);
      CHECK(dials == (status == 429 ? NEXT_RETRY : NEXT_END), "dials, %d, Retry-After %d: %d",
            status, after, dials);
    }
  }
}

static void pauses_double_up_to_a_limit(void) {
  static const double longest[] = {0.5, 1, 2, 4, 8, 8, 8, 8, 8, 8};
  for (int retry = 1; retry <= RETRIES_MOST; retry++) {
    double whole = longest[retry - 1];
    CHECK(fabs(policy_pause(retry, 0.5, 1) - whole) < 1e-9, "retry %d: %f s at most", retry,
          policy_pause(retry, 0.5, 1));
    CHECK(fabs(policy_pause(retry, 0.5, 0) - whole / 2) < 1e-9, "retry %d: %f s at least", retry,
          policy_pause(retry, 0.5, 0));
    CHECK(fabs(policy_pause(retry, 0.5, 0.5) - whole * 0.75) < 1e-9, "retry %d: %f s", retry,
          policy_pause(retry, 0.5, 0.5));
    CHECK(fabs(policy_pause(retry, 0.01, 1) - whole / 50) < 1e-9, "retry %d, scaled: %f s", retry,
          policy_pause(retry, 0.01, 1));
  }
}

static int taken_from(struct budget *budget) {
  int taken = 0;
  while (taken < 1000 && budget_take(budget)) {
    taken++;
  }
  return taken;
}

static void return_to(struct budget *budget, int successes) {
  for (int i = 0; i < successes; i++) {
    budget_return(budget);
  }
}

static void a_budget_of_retries(void) {
  struct budget budget;
  budget_fill(&budget);
  CHECK(taken_from(&budget) == 20, "twenty without a success");
  return_to(&budget, 4);
  CHECK(taken_from(&budget) == 0, "four successes are not enough for one");
  return_to(&budget, 1);
  CHECK(taken_from(&budget) == 1, "the fifth one is, and what was refused cost nothing");
  return_to(&budget, 52);
  CHECK(taken_from(&budget) == 10, "52 successes");
  return_to(&budget, 10000);
  CHECK(taken_from(&budget) == 20, "never more than the first day");
  budget_fill(&budget);
  budget_take(&budget);
  return_to(&budget, 6);
  CHECK(taken_from(&budget) == 20, "full is full");
}

static void only_what_may_be_repeated_shares_a_connection(void) {
  CHECK(policy_may_share(EFFECT_READ) && policy_may_share(EFFECT_IDEMPOTENT), "repeatable");
  CHECK(!policy_may_share(EFFECT_CREATES) && !policy_may_share(EFFECT_DIALS), "not repeatable");
}

int main(void) {
  every_row_holds();
  no_status_repeats_what_must_not_be_repeated();
  pauses_double_up_to_a_limit();
  a_budget_of_retries();
  only_what_may_be_repeated_shares_a_connection();
  return checks_conclude("policy_test");
}
