/* synthflow.core: what the Lua layer is built on, usable by itself. */

#include <curl/curl.h>
#include <string.h>
#ifdef __APPLE__
#include <dlfcn.h>
#endif

#include "binding.h"

SYNTHFLOW_EXPORT int luaopen_synthflow_core(lua_State *L);

void binding_new_class(lua_State *L, const char *name, const luaL_Reg *metamethods,
                       const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  compat_set_functions(L, metamethods);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  if (methods) {
    lua_newtable(L);
    compat_set_functions(L, methods);
    lua_setfield(L, -2, "__index");
  }
  lua_pop(L, 1);
}

/* A loop in Lua, not in C: debug hooks run in it, and with them an interpreter's Ctrl-C. */
static const char REQUEST_LOOP[] =
    "local start, wait, result = ...\n"
    "return function(client, request)\n"
    "  local exchange, outcome = start(client, request)\n"
    "  repeat\n"
    "    while not wait(exchange, 0.25) do end\n"
    "    outcome = result(exchange)\n"
    "  until outcome\n"
    "  return outcome\n"
    "end\n";

static const char SLEEP_LOOP[] =
    "local nap = ...\n"
    "return function(seconds)\n"
    "  repeat seconds = seconds - nap(seconds) until seconds <= 0\n"
    "end\n";

/* An older one would not tell when a request is handed to the wire. */
static void check_libcurl(lua_State *L) {
  enum { OLDEST = 0x075000 };
  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  if (curl->version_num < OLDEST) {
    fault_raise(L, "libcurl 7.80 or newer is needed; this one is %s", curl->version);
  }
}

static void load(lua_State *L, const char *code) {
  if (luaL_loadbuffer(L, code, strlen(code), "=synthflow.core")) {
    lua_error(L);
  }
}

/* request(client, request) -> result */
static void set_request(lua_State *L) {
  load(L, REQUEST_LOOP);
  lua_pushcfunction(L, request_start);
  lua_pushcfunction(L, handle_wait);
  lua_pushcfunction(L, result_take);
  lua_call(L, 3, 1);
  lua_setfield(L, -2, "request");
}

/* sleep(seconds) */
static void set_sleep(lua_State *L) {
  load(L, SLEEP_LOOP);
  lua_pushcfunction(L, system_nap);
  lua_call(L, 1, 1);
  lua_setfield(L, -2, "sleep");
}

/* The code must stay when the last Lua state is gone: there may be a thread in it, and it is to
 * run at exit. Elsewhere the linker's nodelete says so. */
static void stay_loaded(void) {
#ifdef __APPLE__
  Dl_info here;
  if (dladdr((const void *)&luaopen_synthflow_core, &here)) {
    dlopen(here.dli_fname, RTLD_NOW | RTLD_NODELETE);
  }
#endif
}

int luaopen_synthflow_core(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"client", client_new},       {"start", request_start},     {"wait", handle_wait},
      {"cancel", handle_cancel},    {"result", result_take},      {"describe", request_describe},
      {"encode", json_core_encode}, {"decode", json_core_decode}, {"info", info_read},
      {"stats", info_stats},        {"clock", system_clock},      {"random", system_random},
      {"prepare", request_prepare}, {"submit", handle_submit},    {"mailbox", mailbox_make},
      {"is_yieldable", system_is_yieldable},
      {NULL, NULL}};
  stay_loaded();
  check_libcurl(L);
  json_open_encode(L);
  json_open_decode(L);
  client_open(L);
  handle_open(L);
  mailbox_open(L);
  lua_newtable(L);
  compat_set_functions(L, functions);
  set_request(L);
  set_sleep(L);
  lua_pushliteral(L, SYNTHFLOW_VERSION);
  lua_setfield(L, -2, "version");
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  json_push_list_metatable(L);
  lua_setfield(L, -2, "list_metatable");
  return 1;
}
