/* A connection that has been idle for long may be dead without anybody knowing: what may be repeated
 * is sent over it all the same, a call is not. */
#define _POSIX_C_SOURCE 200809L

#include <time.h>

#include "check.h"
#include "peer.h"

static const char *const names[] = {"read", "idempotent", "creates", "dials"};

static struct settings *settings_of(enum effect effect) {
  char host[64];
  snprintf(host, sizeof host, "idle-%s.localhost", names[effect]);
  struct settings *settings = peer_settings_on("plain", host, "ok", names[effect]);
  settings->dials_idle = 1;
  return settings;
}

/* Whether a connection was reused for a request of this effect. */
static bool reuses(struct settings *settings, enum effect effect) {
  struct exchange *exchange = peer_request(settings, "POST", effect, NULL);
  peer_run(exchange);
  bool good = exchange_status(exchange) == 200;
  bool reused = exchange_timing(exchange)->reused;
  CHECK(good, "%s: %s", names[effect], exchange_message(exchange));
  exchange_release(exchange);
  return reused;
}

static void stay_idle(void) {
  struct timespec time = {.tv_sec = 2}; /* libcurl counts whole seconds, and more than one must pass */
  nanosleep(&time, NULL);
}

int main(void) {
  struct settings *settings[EFFECT_DIALS + 1];
  peer_start();
  for (int effect = EFFECT_READ; effect <= EFFECT_DIALS; effect++) {
    settings[effect] = settings_of((enum effect)effect);
    CHECK(!reuses(settings[effect], EFFECT_DIALS), "%s: the first connection", names[effect]);
    CHECK(reuses(settings[effect], EFFECT_DIALS), "%s: a call, at once", names[effect]);
  }
  stay_idle();
  /* The call comes last: whatever is too old for it is closed, wherever it leads. */
  for (int effect = EFFECT_READ; effect <= EFFECT_DIALS; effect++) {
    bool trusted = effect != EFFECT_DIALS;
    CHECK(reuses(settings[effect], (enum effect)effect) == trusted, "%s, after a while", names[effect]);
    int connections = peer_received(names[effect]).connections;
    CHECK(connections == (trusted ? 1 : 2), "%s: %d connections", names[effect], connections);
    settings_release(settings[effect]);
  }
  struct settings *usual = settings_new();
  CHECK(usual->dials_idle == 15, "by default: %ld s", usual->dials_idle);
  settings_release(usual);
  return checks_conclude("idle_test");
}
