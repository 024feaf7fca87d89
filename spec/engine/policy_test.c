/* What is known of an attempt decides whether the platform may have acted. */
#include "policy.h"

#include "check.h"

static const struct row {
  bool on_wire;
  int status;
  enum took_effect expected;
} rows[] = {
  {false, 0, TOOK_EFFECT_NO},     {true, 0, TOOK_EFFECT_MAYBE},   {true, 100, TOOK_EFFECT_MAYBE},
  {true, 200, TOOK_EFFECT_YES},   {true, 201, TOOK_EFFECT_YES},   {true, 204, TOOK_EFFECT_YES},
  {true, 299, TOOK_EFFECT_YES},   {true, 301, TOOK_EFFECT_NO},    {true, 302, TOOK_EFFECT_NO},
  {true, 307, TOOK_EFFECT_NO},    {true, 308, TOOK_EFFECT_NO},    {true, 400, TOOK_EFFECT_NO},
  {true, 401, TOOK_EFFECT_NO},    {true, 403, TOOK_EFFECT_NO},    {true, 404, TOOK_EFFECT_NO},
  {true, 408, TOOK_EFFECT_MAYBE}, {true, 409, TOOK_EFFECT_NO},    {true, 422, TOOK_EFFECT_NO},
  {true, 429, TOOK_EFFECT_NO},    {true, 499, TOOK_EFFECT_NO},    {true, 500, TOOK_EFFECT_MAYBE},
  {true, 502, TOOK_EFFECT_MAYBE}, {true, 503, TOOK_EFFECT_MAYBE}, {true, 504, TOOK_EFFECT_MAYBE},
  {true, 599, TOOK_EFFECT_MAYBE},
};

int main(void) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    enum took_effect found = policy_took_effect(rows[i].on_wire, rows[i].status);
    CHECK(found == rows[i].expected, "on wire %d, status %d: %d", rows[i].on_wire, rows[i].status,
          found);
  }
  CHECK(policy_may_share(EFFECT_READ) && policy_may_share(EFFECT_IDEMPOTENT), "repeatable");
  CHECK(!policy_may_share(EFFECT_CREATES) && !policy_may_share(EFFECT_DIALS), "not repeatable");
  return checks_conclude("policy_test");
}
