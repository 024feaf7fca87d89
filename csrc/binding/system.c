/* What Lua cannot ask of the system itself: to sleep, the time that passes, what cannot be
 * guessed, and whether it may yield. */
#define _DEFAULT_SOURCE

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "../engine/clock.h"
#include "binding.h"

#ifdef LUA_LJDIR
#include <luajit.h>
#define KNOWS_YIELDABLE (LUAJIT_VERSION_NUM >= 20100)
#else
#define KNOWS_YIELDABLE (LUA_VERSION_NUM >= 503)
#endif

/* nap(seconds) -> how long it was, at most a quarter of a second, so that Lua can be interrupted */
int system_nap(lua_State *L) {
  const double longest = 0.25;
  double seconds = lua_type(L, 1) == LUA_TNUMBER ? lua_tonumber(L, 1) : -1;
  if (!(seconds >= 0)) {
    fault_raise(L, "sleep needs a number of seconds that is not below 0");
  }
  double began = clock_now();
  double rest = seconds < longest ? seconds : longest;
  struct timespec span = {.tv_sec = 0, .tv_nsec = (long)(rest * 1e9)};
  nanosleep(&span, NULL); /* a signal may end it early: the caller measures */
  lua_pushnumber(L, clock_now() - began);
  return 1;
}

/* clock() -> seconds since some fixed moment, never going back */
int system_clock(lua_State *L) {
  lua_pushnumber(L, clock_now());
  return 1;
}

/* is_yieldable() -> whether who calls this could yield; nil where Lua cannot tell. Some hosts have taken
 * coroutine.isyieldable away. */
int system_is_yieldable(lua_State *L) {
#if KNOWS_YIELDABLE
  lua_pushboolean(L, lua_isyieldable(L));
#else
  lua_pushnil(L);
#endif
  return 1;
}

/* random() -> 32 hexadecimal digits, 128 bits that nobody can foresee */
int system_random(lua_State *L) {
  static const char digits[] = "0123456789abcdef";
  unsigned char bytes[16];
  char text[2 * sizeof bytes];
  if (getentropy(bytes, sizeof bytes)) {
    fault_raise(L, "the system gives no random bytes");
  }
  for (size_t i = 0; i < sizeof bytes; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  lua_pushlstring(L, text, sizeof text);
  return 1;
}
