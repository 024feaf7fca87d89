#include <curl/curl.h>

#include "binding.h"

static void set_count(lua_State *L, const char *name, double count) {
  compat_push_whole(L, count);
  lua_setfield(L, -2, name);
}

static const char *resolver(const curl_version_info_data *curl) {
  if (!(curl->features & CURL_VERSION_ASYNCHDNS)) {
    return "blocking";
  }
  return curl->ares_num ? "c-ares" : "threaded";
}

/* Whether a name that never resolves can be left behind at the end. */
static bool has_quick_exit(const curl_version_info_data *curl) {
#if LIBCURL_VERSION_NUM >= 0x075700
  return curl->version_num >= 0x075700;
#else
  (void)curl;
  return false;
#endif
}

/* Where libcurl looks for certificates unless it is told; both may be missing. */
static void set_certificates(lua_State *L, const curl_version_info_data *curl) {
  if (curl->age >= CURLVERSION_SEVENTH) {
    table_set_text(L, "ca_file", curl->cainfo);
    table_set_text(L, "ca_path", curl->capath);
  }
}

static void set_cjson(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "_VERSION");
  lua_setfield(L, -3, "cjson");
  lua_pop(L, 1);
}

/* Seconds, of a client that is not told otherwise. */
static void set_timeout(lua_State *L) {
  struct settings *settings = settings_new();
  double timeout = settings ? settings->timeout : 0;
  settings_release(settings);
  if (timeout <= 0) {
    fault_no_memory(L);
  }
  lua_pushnumber(L, timeout);
  lua_setfield(L, -2, "timeout");
}

/* info() -> what this module was built with and runs with */
int info_read(lua_State *L) {
  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  lua_newtable(L);
  table_set_text(L, "version", SYNTHFLOW_VERSION);
  lua_getglobal(L, "_VERSION");
  lua_setfield(L, -2, "lua");
  set_count(L, "abi", LUA_VERSION_NUM);
  table_set_text(L, "curl", curl->version);
  table_set_text(L, "curl_built", LIBCURL_VERSION);
  table_set_text(L, "ssl", curl->ssl_version);
  set_certificates(L, curl);
  table_set_text(L, "resolver", resolver(curl));
  table_set_flag(L, "http2", (curl->features & CURL_VERSION_HTTP2) != 0);
  table_set_flag(L, "quick_exit", has_quick_exit(curl));
  set_timeout(L);
  set_cjson(L);
  return 1;
}

/* stats() -> counters of the process's engine */
int info_stats(lua_State *L) {
  struct engine_stats stats;
  engine_read_stats(&stats);
  lua_newtable(L);
  set_count(L, "submitted", (double)stats.submitted);
  set_count(L, "finished", (double)stats.finished);
  set_count(L, "connections_opened", (double)stats.connections_opened);
  set_count(L, "in_flight", (double)stats.in_flight);
  table_set_flag(L, "thread", stats.thread);
  return 1;
}
