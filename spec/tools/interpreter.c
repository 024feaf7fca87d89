/* interpreter.c - a Lua interpreter and nothing else:
 *
 *   interpreter script [argument...]
 *   interpreter -e code
 *
 * A library built with a sanitizer needs a program built with it. Preloading the sanitizer
 * into an installed interpreter would do, but then every child process gets it too. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int with_traceback(lua_State *L) {
  lua_getglobal(L, "debug");
  lua_getfield(L, -1, "traceback");
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 2);
  lua_call(L, 2, 1);
  return 1;
}

static void set_arguments(lua_State *L, int count, char **values) {
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    lua_pushstring(L, values[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
}

static bool run(lua_State *L, int count, char **values) {
  lua_pushcfunction(L, with_traceback);
  if (strcmp(values[1], "-e") == 0 && count > 2) {
    return luaL_loadstring(L, values[2]) == 0 && lua_pcall(L, 0, 0, 1) == 0;
  }
  if (luaL_loadfile(L, values[1]) != 0) {
    return false;
  }
  for (int i = 2; i < count; i++) {
    lua_pushstring(L, values[i]);
  }
  return lua_pcall(L, count - 2, 0, 1) == 0;
}

int main(int count, char **values) {
  lua_State *L = luaL_newstate();
  if (L == NULL || count < 2) {
    fprintf(stderr, "%s\n", L == NULL ? "not enough memory" : "usage: interpreter script [argument...]");
    return EXIT_FAILURE;
  }
  luaL_openlibs(L);
  set_arguments(L, count, values);
  bool done = run(L, count, values);
  if (!done) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  }
  lua_close(L);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
