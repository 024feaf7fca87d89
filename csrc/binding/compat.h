/* compat.h - what differs between Lua 5.1, 5.2, 5.3, 5.4 and LuaJIT, under names of our own:
 * LuaJIT 2.1 has some of the later functions and lacks others. */
#ifndef SYNTHFLOW_COMPAT_H
#define SYNTHFLOW_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#define SYNTHFLOW_EXPORT __attribute__((visibility("default")))

/* Numbers have a whole kind of their own. */
#define COMPAT_INTEGERS (LUA_VERSION_NUM >= 503)

#if LUA_VERSION_NUM >= 502
#define compat_raw_length(L, index) lua_rawlen(L, index)
#else
#define compat_raw_length(L, index) lua_objlen(L, index)
#endif

/* luaL_setfuncs without upvalues. */
static inline void compat_set_functions(lua_State *L, const luaL_Reg *functions) {
  for (; functions->name; functions++) {
    lua_pushcfunction(L, functions->func);
    lua_setfield(L, -2, functions->name);
  }
}

/* luaL_testudata: NULL unless the value is a userdata with the metatable of that name. */
static inline void *compat_test_userdata(lua_State *L, int index, const char *name) {
  void *data = lua_touserdata(L, index);
  if (!data || !lua_getmetatable(L, index)) {
    return NULL;
  }
  lua_getfield(L, LUA_REGISTRYINDEX, name);
  data = lua_rawequal(L, -1, -2) ? data : NULL;
  lua_pop(L, 2);
  return data;
}

/* A whole number of the kind that prints without ".0"; whole as far as doubles go. */
static inline void compat_push_whole(lua_State *L, double number) {
#if COMPAT_INTEGERS
  lua_pushinteger(L, (lua_Integer)number);
#else
  lua_pushnumber(L, number);
#endif
}

#endif
