#define _POSIX_C_SOURCE 200809L

#include <langinfo.h>
#include <stdatomic.h>
#include <string.h>

#include "binding.h"

static const char DECODER[] = "synthflow.core.decoder";

/* --- the private lua-cjson ----------------------------------------------------------------- */

/* lua-cjson notes the locale's decimal point, for the whole process, when an instance is made. */
static atomic_int noted_point;

static int current_point(void) {
  const char *text = nl_langinfo(RADIXCHAR);
  return text[0] && !text[1] ? text[0] : 0;
}

static void push_cjson(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  int status = lua_pcall(L, 1, 1, 0);
  if (status == LUA_ERRMEM) {
    lua_error(L);
  } else if (status != 0) {
    const char *reason = lua_tostring(L, -1);
    lua_pushlstring(L, reason ? reason : "", reason ? strcspn(reason, "\n") : 0);
    fault_raise(L, "lua-cjson cannot be loaded (Debian and LuaRocks call it lua-cjson): %s",
                lua_tostring(L, -1));
  }
}

/* Nobody else's settings of lua-cjson reach this instance, nor ours theirs. */
void json_open_decode(lua_State *L) {
  int point = current_point();
  if (point == 0) {
    fault_raise(L, "lua-cjson does not work in a locale whose decimal point is not one byte");
  }
  push_cjson(L);
  lua_getfield(L, -1, "new");
  if (!lua_isfunction(L, -1)) {
    fault_raise(L, "lua-cjson 2.1 or newer is needed");
  }
  lua_call(L, 0, 1);
  atomic_store(&noted_point, point);
  lua_getfield(L, -1, "decode_invalid_numbers");
  lua_pushboolean(L, false);
  lua_call(L, 1, 0);
  lua_getfield(L, -1, "decode");
  lua_setfield(L, LUA_REGISTRYINDEX, DECODER);
  lua_pop(L, 2);
}

/* --- whole numbers beyond 64 bits ------------------------------------------------------------ */

/* One line of lua-cjson cuts them off at 2^63. With a fraction they are read as doubles. */

static const char INTEGER_MOST[] = "9223372036854775807";
enum { INTEGER_DIGITS = sizeof INTEGER_MOST - 1 };

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static size_t count_digits(const char *text) {
  return strspn(text, "0123456789");
}

/* Looks at every 19th byte only: a run of 19 digits covers one of them. */
static bool may_hold_long_number(const char *text, size_t length) {
  for (size_t i = INTEGER_DIGITS - 1; i < length; i += INTEGER_DIGITS) {
    size_t begin = i;
    if (!is_digit(text[i])) {
      continue;
    }
    while (begin > 0 && is_digit(text[begin - 1])) {
      begin--;
    }
    if (count_digits(text + begin) >= INTEGER_DIGITS) {
      return true;
    }
  }
  return false;
}

static const char *skip_string(const char *c) {
  for (c++; *c && *c != '"'; c++) {
    if (*c == '\\' && c[1]) {
      c++;
    }
  }
  return *c ? c + 1 : c;
}

/* Skips the rest of a number; tells whether it is a whole one too long for 64 bits. */
static bool skip_number(const char **c) {
  const char *digits = *c;
  size_t count = count_digits(digits);
  *c += strspn(digits, "0123456789.eE+-");
  return *c == digits + count &&
         (count > INTEGER_DIGITS ||
          (count == INTEGER_DIGITS && memcmp(digits, INTEGER_MOST, INTEGER_DIGITS) > 0));
}

static void push_with_fractions(lua_State *L, const char *text) {
  luaL_Buffer changed;
  const char *written = text;
  luaL_buffinit(L, &changed);
  for (const char *c = text; *c;) {
    if (*c == '"') {
      c = skip_string(c);
    } else if (!is_digit(*c)) {
      c++;
    } else if (skip_number(&c)) {
      luaL_addlstring(&changed, written, (size_t)(c - written));
      luaL_addstring(&changed, ".0");
      written = c;
    }
  }
  luaL_addstring(&changed, written);
  luaL_pushresult(&changed);
}

/* --- after lua-cjson: whole numbers and null put right --------------------------------------- */

#if COMPAT_INTEGERS

/* Replaces a whole float on top of the stack; false: there is none. */
static bool make_whole(lua_State *L) {
  lua_Integer whole;
  if (lua_isinteger(L, -1)) {
    return false;
  }
  lua_Number number = lua_tonumber(L, -1);
  if (number < -WHOLE_MOST || number > WHOLE_MOST || !lua_numbertointeger(number, &whole) ||
      (lua_Number)whole != number) {
    return false;
  }
  lua_pop(L, 1);
  lua_pushinteger(L, whole);
  return true;
}

#else

static bool make_whole(lua_State *L) {
  (void)L;
  return false;
}

#endif

static void settle_table(lua_State *L);

static void settle_list(lua_State *L, int list) {
  int count = (int)compat_raw_length(L, list);
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(L, list, i);
    int type = lua_type(L, -1);
    if (type == LUA_TNUMBER && make_whole(L)) {
      lua_rawseti(L, list, i);
      continue;
    }
    if (type == LUA_TTABLE) {
      settle_table(L);
    }
    lua_pop(L, 1);
  }
}

/* The key below the top and the value on top; leaves the key. */
static void settle_field(lua_State *L, int object) {
  switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
      if (make_whole(L)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, object);
        return;
      }
      break;
    case LUA_TLIGHTUSERDATA: /* null */
      lua_pushvalue(L, -2);
      lua_pushnil(L);
      lua_rawset(L, object);
      break;
    case LUA_TTABLE:
      settle_table(L);
      break;
    default:
      break;
  }
  lua_pop(L, 1);
}

/* The table on top of the stack. What lua-cjson made has either places or names as keys, and
 * is at most as deep as lua-cjson's own limit. */
static void settle_table(lua_State *L) {
  int table = lua_gettop(L);
  if (!lua_checkstack(L, WORKING_STACK)) {
    fault_no_memory(L);
  }
  lua_pushnil(L);
  if (!lua_next(L, table)) {
    return;
  }
  if (lua_type(L, -2) == LUA_TNUMBER) {
    lua_pop(L, 2);
    settle_list(L, table);
    return;
  }
  do {
    settle_field(L, table);
  } while (lua_next(L, table));
}

/* --- decoding --------------------------------------------------------------------------------- */

static void settle(lua_State *L, const char *text) {
  if (!COMPAT_INTEGERS && !strstr(text, "null")) {
    return;
  }
  if (lua_type(L, -1) == LUA_TTABLE) {
    settle_table(L);
  } else if (lua_type(L, -1) == LUA_TNUMBER) {
    make_whole(L);
  }
}

bool json_decode(lua_State *L, int index) {
  size_t length;
  const char *text = lua_tolstring(L, index, &length);
  size_t readable = strlen(text);
  if (readable < length) {
    lua_pushfstring(L, "a NUL byte at character %d", (int)readable + 1);
    return false;
  }
  int point = current_point();
  if (point != 0 && point != atomic_load(&noted_point)) {
    json_open_decode(L);
  }
  lua_getfield(L, LUA_REGISTRYINDEX, DECODER);
  if (may_hold_long_number(text, length)) {
    push_with_fractions(L, text);
  } else {
    lua_pushvalue(L, index);
  }
  int status = lua_pcall(L, 1, 1, 0);
  if (status == LUA_ERRMEM) {
    lua_error(L);
  } else if (status == 0) {
    settle(L, text);
  }
  return status == 0;
}

int json_core_decode(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING) {
    fault_raise(L, "decode needs a string, not a %s", luaL_typename(L, 1));
  }
  if (json_decode(L, 1)) {
    return 1;
  }
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}
