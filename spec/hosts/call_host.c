/* call_host - a host with a thread and a Lua state per call, as Asterisk's pbx_lua and FreeSWITCH's
 * mod_lua are: states open and close all the time, each loads the binding and unloads it, the process
 * and its connections stay.
 *
 *   call_host FILE [ARGUMENT...]
 *
 * runs FILE in a state of its own. There, require "call_host" gives the function
 *
 *   run(threads, calls, file, argument...) -> number of calls that went well
 *
 * Each call runs the file with its number, from 1 on, and the arguments, all text, in a new state;
 * what goes wrong in one is printed. */
#define _POSIX_C_SOURCE 200809L

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_THREADS = 256, MOST_ARGUMENTS = 8 };

/* One `run`. The texts belong to the state that called it. */
struct work {
  const char *file;
  const char *arguments[MOST_ARGUMENTS];
  int argument_count;
  int calls;
  atomic_int begun;
  atomic_int good;
};

static int run(lua_State *L);

static int open_host(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, run);
  lua_setfield(L, -2, "run");
  return 1;
}

static void preload(lua_State *L, const char *name, lua_CFunction open) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, open);
  lua_setfield(L, -2, name);
  lua_pop(L, 2);
}

static lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (L) {
    luaL_openlibs(L);
  }
  return L;
}

/* Runs the file with the arguments on the stack; says what went wrong. */
static bool run_file(lua_State *L, const char *file) {
  int arguments = lua_gettop(L);
  bool loaded = luaL_loadfile(L, file) == 0;
  if (loaded) {
    lua_insert(L, 1);
  }
  if (!loaded || lua_pcall(L, arguments, 0, 0) != 0) {
    const char *fault = lua_tostring(L, -1);
    printf("%s\n", fault ? fault : "an error without a text");
    return false;
  }
  return true;
}

static bool call(const struct work *work, int number) {
  lua_State *L = open_state();
  if (!L) {
    return false;
  }
  lua_pushinteger(L, number);
  for (int i = 0; i < work->argument_count; i++) {
    lua_pushstring(L, work->arguments[i]);
  }
  bool good = run_file(L, work->file);
  lua_close(L);
  return good;
}

static void *take_calls(void *data) {
  struct work *work = data;
  for (;;) {
    int number = atomic_fetch_add(&work->begun, 1) + 1;
    if (number > work->calls) {
      return NULL;
    }
    if (call(work, number)) {
      atomic_fetch_add(&work->good, 1);
    }
  }
}

static int run(lua_State *L) {
  int threads = (int)luaL_checkinteger(L, 1), started = 0;
  struct work work = {.calls = (int)luaL_checkinteger(L, 2), .file = luaL_checkstring(L, 3)};
  work.argument_count = lua_gettop(L) - 3;
  luaL_argcheck(L, threads >= 1 && threads <= MOST_THREADS, 1, "not a number of threads");
  luaL_argcheck(L, work.argument_count <= MOST_ARGUMENTS, 4, "too many arguments");
  for (int i = 0; i < work.argument_count; i++) {
    work.arguments[i] = luaL_checkstring(L, 4 + i);
  }
  pthread_t ids[MOST_THREADS];
  while (started < threads && pthread_create(&ids[started], NULL, take_calls, &work) == 0) {
    started++;
  }
  for (int i = 0; i < started; i++) {
    pthread_join(ids[i], NULL);
  }
  lua_pushinteger(L, atomic_load(&work.good));
  return 1;
}

int main(int count, char **arguments) {
  lua_State *L = count >= 2 ? open_state() : NULL;
  if (!L) {
    fprintf(stderr, "usage: call_host FILE [ARGUMENT...]\n");
    return EXIT_FAILURE;
  }
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  preload(L, "call_host", open_host);
  for (int i = 2; i < count; i++) {
    lua_pushstring(L, arguments[i]);
  }
  bool good = run_file(L, arguments[1]);
  lua_close(L);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
