#include "policy.h"

enum { REQUEST_TIMEOUT = 408 };

enum took_effect policy_took_effect(bool on_wire, int status) {
  if (!on_wire) {
    return TOOK_EFFECT_NO;
  }
  if (status >= 200 && status < 300) {
    return TOOK_EFFECT_YES;
  }
  if (status >= 300 && status < 500 && status != REQUEST_TIMEOUT) {
    return TOOK_EFFECT_NO;
  }
  return TOOK_EFFECT_MAYBE;
}

bool policy_may_share(enum effect effect) {
  return effect == EFFECT_READ || effect == EFFECT_IDEMPOTENT;
}
