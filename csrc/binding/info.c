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

/* info() -> what this module was built with and runs with */
int info_read(lua_State *L) {
  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  lua_newtable(L);
  table_set_text(L, "version", SYNTHFLOW_VERSION);
  lua_getglobal(L, "_VERSION");
  lua_setfield(L, -2, "lua");
  table_set_text(L, "curl", curl->version);
  table_set_text(L, "ssl", curl->ssl_version);
  table_set_text(L, "resolver", resolver(curl));
  table_set_flag(L, "http2", (curl->features & CURL_VERSION_HTTP2) != 0);
  table_set_flag(L, "quick_exit", has_quick_exit(curl));
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "_VERSION");
  lua_setfield(L, -3, "cjson");
  lua_pop(L, 1);
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
