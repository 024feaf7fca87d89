#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"

static const char CLIENT[] = "synthflow.core.client";

struct client {
  struct settings *settings; /* NULL once closed */
};

/* --- the key ------------------------------------------------------------------------------- */

static bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

const char *client_push_key(lua_State *L, int index) {
  size_t length;
  if (lua_type(L, index) != LUA_TSTRING) {
    return "must be a string";
  }
  const char *key = lua_tolstring(L, index, &length);
  for (; length > 0 && is_space(key[length - 1]); length--) {
  }
  for (; length > 0 && is_space(*key); length--) {
    key++;
  }
  for (size_t i = 0; i < length; i++) {
    if ((unsigned char)key[i] < ' ' || key[i] == 127) {
      return "holds control characters";
    }
    if ((unsigned char)key[i] > 127) {
      return "holds characters beyond ASCII";
    }
  }
  if (length > 0) {
    lua_pushlstring(L, key, length);
  } else {
    lua_pushnil(L);
  }
  return NULL;
}

/* --- settings from a table ------------------------------------------------------------------ */

/* Each reads the value on top of the stack into the settings that a client on the stack owns.
 * Returns NULL, or what is wrong as a phrase that goes on after the name. */

struct setting {
  const char *name;
  const char *(*read)(lua_State *L, const struct setting *setting, struct settings *settings);
  size_t field; /* offset in struct settings */
};

static const char *read_base_url(lua_State *L, const struct setting *setting,
                                 struct settings *settings) {
  const char *url = table_text(L, -1);
  (void)setting;
  if (lua_isnil(L, -1)) {
    return "is required";
  }
  return url ? settings_set_base_url(settings, url) : "must be a string";
}

static void set_text(lua_State *L, const struct setting *setting, struct settings *settings,
                     const char *text) {
  if (!settings_set_text((char **)((char *)settings + setting->field), text)) {
    fault_no_memory(L);
  }
}

static const char *read_key(lua_State *L, const struct setting *setting,
                            struct settings *settings) {
  const char *fault = client_push_key(L, -1);
  if (!fault) {
    set_text(L, setting, settings, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  return fault;
}

static const char *read_line(lua_State *L, const struct setting *setting,
                             struct settings *settings) {
  const char *text = table_text(L, -1);
  if (!text || !*text) {
    return "must be a string that is not empty";
  }
  for (const char *c = text; *c; c++) {
    if ((unsigned char)*c < ' ' || *c == 127) {
      return "holds control characters";
    }
  }
  set_text(L, setting, settings, text);
  return NULL;
}

static const char *read_proxy(lua_State *L, const struct setting *setting,
                              struct settings *settings) {
  const char *url = table_text(L, -1);
  (void)setting;
  return url && *url ? settings_set_proxy(settings, url) : "must be a string that is not empty";
}

static const char *read_seconds(lua_State *L, const struct setting *setting,
                                struct settings *settings) {
  double seconds = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
  if (!(seconds > 0 && seconds <= TIMEOUT_MOST)) {
    return "must be a number of seconds above 0, at most 3600";
  }
  *(double *)(void *)((char *)settings + setting->field) = seconds;
  return NULL;
}

/* A whole number from 1 to `most`, 0 for anything else. */
static double read_whole(lua_State *L, double most) {
  double number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
  return number >= 1 && number <= most && number == (double)(int64_t)number ? number : 0;
}

static const char *read_connections(lua_State *L, const struct setting *setting,
                                    struct settings *settings) {
  (void)setting;
  settings->connections = (int)read_whole(L, 1000);
  return settings->connections ? NULL : "must be a whole number from 1 to 1000";
}

static const char *read_retries(lua_State *L, const struct setting *setting,
                                struct settings *settings) {
  double number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
  (void)setting;
  if (!(number >= 0 && number <= RETRIES_MOST && number == (int)number)) {
    return "must be a whole number from 0 to 10";
  }
  settings->retries = (int)number;
  return NULL;
}

static const char *read_rate(lua_State *L, const struct setting *setting,
                             struct settings *settings) {
  double rate = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
  (void)setting;
  settings->calls_per_second = rate;
  return rate >= 0.001 && rate <= 1000 ? NULL : "must be a number from 0.001 to 1000";
}

static const char *read_response_limit(lua_State *L, const struct setting *setting,
                                       struct settings *settings) {
  (void)setting;
  settings->max_response_bytes = (size_t)read_whole(L, INT_MAX);
  return settings->max_response_bytes ? NULL : "must be a whole number from 1 to 2147483647";
}

static const struct setting known[] = {
    {"base_url", read_base_url, 0},
    {"api_key", read_key, offsetof(struct settings, api_key)},
    {"timeout", read_seconds, offsetof(struct settings, timeout)},
    {"connect_timeout", read_seconds, offsetof(struct settings, connect_timeout)},
    {"attempt_timeout", read_seconds, offsetof(struct settings, attempt_timeout)},
    {"retries", read_retries, 0},
    {"calls_per_second", read_rate, 0},
    {"connections", read_connections, 0},
    {"max_response_bytes", read_response_limit, 0},
    {"ca_file", read_line, offsetof(struct settings, ca_file)},
    {"proxy", read_proxy, 0},
    {"user_agent", read_line, offsetof(struct settings, user_agent)},
};

enum { KNOWN_COUNT = sizeof known / sizeof known[0] };

static bool is_known(const struct table_key *key) {
  for (size_t i = 0; i < KNOWN_COUNT; i++) {
    if (table_is_key(key, known[i].name)) {
      return true;
    }
  }
  return false;
}

/* The fault texts are gathered in one Lua string at the index `faults`. */
static void add_fault(lua_State *L, int faults, const char *name, const char *phrase) {
  const char *before = lua_tostring(L, faults);
  lua_pushfstring(L, "%s%s%s %s", before, *before ? "; " : "", name, phrase);
  lua_replace(L, faults);
}

static void read_known(lua_State *L, int table, int faults, struct settings *settings) {
  for (size_t i = 0; i < KNOWN_COUNT; i++) {
    bool required = known[i].read == read_base_url;
    if (table_push(L, table, known[i].name) != LUA_TNIL || required) {
      const char *phrase = known[i].read(L, &known[i], settings);
      if (phrase) {
        add_fault(L, faults, known[i].name, phrase);
      }
    }
    lua_pop(L, 1);
  }
}

static void refuse_unknown(lua_State *L, int table, int faults) {
  struct fault_path root = fault_root("settings");
  struct table_fields fields = table_named_fields(L, table, &root);
  for (size_t i = 0; i < fields.count; i++) {
    if (!is_known(&fields.keys[i])) {
      add_fault(L, faults, fields.keys[i].text, "is not a setting");
    }
  }
}

/* --- the userdata ---------------------------------------------------------------------------- */

int client_new(lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) {
    fault_raise(L, "settings must be a table, not a %s", luaL_typename(L, 1));
  }
  lua_settop(L, 1);
  struct client *client = lua_newuserdata(L, sizeof *client);
  client->settings = NULL;
  luaL_getmetatable(L, CLIENT);
  lua_setmetatable(L, 2);
  client->settings = settings_new();
  if (!client->settings ||
      !settings_set_text(&client->settings->user_agent, "synthflow-lua/" SYNTHFLOW_VERSION)) {
    fault_no_memory(L);
  }
  lua_pushliteral(L, "");
  read_known(L, 1, 3, client->settings);
  refuse_unknown(L, 1, 3);
  if (*lua_tostring(L, 3)) {
    fault_raise(L, "%s", lua_tostring(L, 3));
  }
  lua_settop(L, 2);
  return 1;
}

struct settings *client_check(lua_State *L, int index) {
  struct client *client = compat_test_userdata(L, index, CLIENT);
  if (!client || !client->settings) {
    fault_raise(L, "a client of synthflow.core is needed, not a %s",
                client ? "closed one" : luaL_typename(L, index));
  }
  return client->settings;
}

static int client_collect(lua_State *L) {
  struct client *client = compat_test_userdata(L, 1, CLIENT);
  if (client) {
    struct settings *settings = client->settings;
    client->settings = NULL;
    settings_release(settings);
  }
  return 0;
}

static int client_text(lua_State *L) {
  const struct settings *settings = client_check(L, 1);
  const char *scheme = strncmp(settings->base_url, "https", 5) == 0 ? "https" : "http";
  lua_pushfstring(L, "%s (%s://%s)", CLIENT, scheme, settings->host);
  return 1;
}

static int client_host(lua_State *L) {
  lua_pushstring(L, client_check(L, 1)->host);
  return 1;
}

static int client_has_key(lua_State *L) {
  lua_pushboolean(L, client_check(L, 1)->api_key != NULL);
  return 1;
}

/* close(): its requests end with the outcome "closed", and so do those that come later */
static int client_close(lua_State *L) {
  engine_close(client_check(L, 1));
  return 0;
}

static void set_count(lua_State *L, const char *name, const atomic_ullong *count) {
  compat_push_whole(L, (double)atomic_load(count));
  lua_setfield(L, -2, name);
}

/* stats() -> what has come of all its requests so far */
static int client_stats(lua_State *L) {
  const struct counts *counts = &client_check(L, 1)->counts;
  lua_newtable(L);
  set_count(L, "requests", &counts->requests);
  set_count(L, "retries", &counts->retries);
  set_count(L, "refused_by_budget", &counts->refused_by_budget);
  set_count(L, "connections_opened", &counts->connections_opened);
  set_count(L, "connections_reused", &counts->connections_reused);
  set_count(L, "bytes_sent", &counts->bytes_sent);
  set_count(L, "bytes_received", &counts->bytes_received);
  set_count(L, "in_flight", &counts->in_flight);
  return 1;
}

/* How many characters at `text` stand for `c`, escaped as in JSON or not; 0: they do not. */
static size_t spelling(const char *text, size_t left, char c) {
  char escaped[8];
  if (left >= 2 && text[0] == '\\' && text[1] == c) {
    return 2;
  }
  if (left >= 1 && text[0] == c) {
    return 1;
  }
  if (left < 6 || text[0] != '\\') {
    return 0;
  }
  size_t length = (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned char)c);
  size_t i = 0;
  while (i < length && i < left && tolower((unsigned char)text[i]) == escaped[i]) {
    i++;
  }
  return i == length ? length : 0;
}

/* How long the key is that stands there, in whatever spelling; 0: it does not. One of a few letters counts
 * only where it stands alone: it would tear other words apart. */
static size_t match_key(const char *text, size_t at, size_t length, const char *key) {
  enum { SHORT = 4 };
  size_t matched = strlen(key);
  size_t behind = at + matched;
  if (behind > length || memcmp(text + at, key, matched) != 0) {
    behind = at;
    for (size_t i = 0; i < matched; i++) {
      size_t spelled = spelling(text + behind, length - behind, key[i]);
      if (spelled == 0) {
        return 0;
      }
      behind += spelled;
    }
  }
  bool alone = !(at > 0 && isalnum((unsigned char)text[at - 1])) &&
               !(behind < length && isalnum((unsigned char)text[behind]));
  return matched >= SHORT || alone ? behind - at : 0;
}

/* mask(text) -> text without the key */
static int client_mask(lua_State *L) {
  luaL_Buffer masked;
  const struct settings *settings = client_check(L, 1);
  const char *key = settings->api_key ? settings->api_key : "";
  size_t length;
  if (lua_type(L, 2) != LUA_TSTRING) {
    fault_raise(L, "mask needs a string, not a %s", luaL_typename(L, 2));
  }
  const char *text = lua_tolstring(L, 2, &length);
  luaL_buffinit(L, &masked);
  for (size_t at = 0; at < length;) {
    size_t key_length = match_key(text, at, length, key);
    if (key_length > 0) {
      luaL_addstring(&masked, "***");
      at += key_length;
    } else {
      luaL_addchar(&masked, text[at]);
      at++;
    }
  }
  luaL_pushresult(&masked);
  return 1;
}

void client_open(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", client_collect},
                                         {"__close", client_close},
                                         {"__tostring", client_text},
                                         {NULL, NULL}};
  static const luaL_Reg methods[] = {{"host", client_host},   {"has_key", client_has_key},
                                     {"mask", client_mask},   {"stats", client_stats},
                                     {"close", client_close}, {NULL, NULL}};
  binding_new_class(L, CLIENT, metamethods, methods);
}
