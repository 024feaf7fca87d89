/* threads_host - a program with a Lua state on each of 64 threads, as telephone switches have
 * them: states open and close all the time, connections stay. */
#define _POSIX_C_SOURCE 200809L

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

enum { THREADS = 64, STATES_EACH = 4, REQUESTS_EACH = 5, CONNECTIONS = 32 };

int luaopen_synthflow_core(lua_State *L);

static char base_url[256];
static char ca_file[4096];

static const char start_server[] =
    "server = require('support.fault_server').start()\n"
    "return server:url('ok', 'host', 'tls'), server.ca_file\n";

static const char count_received[] = "return server:received('host')\n";

/* What one call of a switch does in its state. */
static const char make_requests[] =
    "local base_url, ca_file, requests = ...\n"
    "local synthflow = require 'synthflow'\n"
    "local client = synthflow.new { api_key = 'a-key', base_url = base_url, ca_file = ca_file }\n"
    "for i = 1, requests do\n"
    "  local data, err = client:request {\n"
    "    method = 'POST', path = '/custom-numbers', effect = 'creates', body = { number = i },\n"
    "  }\n"
    "  if not data then error(tostring(err), 0) end\n"
    "end\n";

/* The binding is inside this program, so that a sanitizer sees it. */
static lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (L) {
    luaL_openlibs(L);
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "preload");
    lua_pushcfunction(L, luaopen_synthflow_core);
    lua_setfield(L, -2, "synthflow.core");
    lua_settop(L, 0);
  }
  return L;
}

/* Calls the chunk with the arguments on the stack; says what went wrong. */
static bool run(lua_State *L, const char *chunk, int arguments, int results) {
  if (luaL_loadstring(L, chunk)) {
    lua_insert(L, 1);
    lua_settop(L, 1);
  } else {
    lua_insert(L, 1);
    if (lua_pcall(L, arguments, results, 0) == 0) {
      return true;
    }
  }
  printf("%s\n", lua_tostring(L, -1));
  return false;
}

static void *live(void *data) {
  int *good = data;
  for (int i = 0; i < STATES_EACH; i++) {
    lua_State *L = open_state();
    if (!L) {
      return NULL;
    }
    lua_pushstring(L, base_url);
    lua_pushstring(L, ca_file);
    lua_pushinteger(L, REQUESTS_EACH);
    *good += run(L, make_requests, 3, 0);
    lua_close(L);
  }
  return NULL;
}

static int run_threads(void) {
  pthread_t threads[THREADS];
  int good[THREADS] = {0}, sum = 0;
  for (int i = 0; i < THREADS; i++) {
    pthread_create(&threads[i], NULL, live, &good[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    sum += good[i];
  }
  return sum;
}

int main(void) {
  lua_State *L = open_state();
  if (!L || !run(L, start_server, 0, 2)) {
    return 1;
  }
  snprintf(base_url, sizeof base_url, "%s", lua_tostring(L, -2));
  snprintf(ca_file, sizeof ca_file, "%s", lua_tostring(L, -1));
  lua_settop(L, 0);
  int good = run_threads();
  if (!run(L, count_received, 0, 2)) {
    return 1;
  }
  int requests = (int)lua_tointeger(L, 1), connections = (int)lua_tointeger(L, 2);
  int expected = THREADS * STATES_EACH;
  bool all = good == expected && requests == expected * REQUESTS_EACH;
  bool capped = connections > 0 && connections <= CONNECTIONS;
  printf("%d of %d states did their work; %d requests over %d connections\n", good, expected,
         requests, connections);
  lua_close(L);
  printf("threads_host: %d passed, %d failed\n", all + capped, !all + !capped);
  return all && capped ? 0 : 1;
}
