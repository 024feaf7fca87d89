/* A Lua table becomes an exchange. Everything is read into the exchange of one handle, which
 * owns it all: a raise anywhere leaves nothing behind. */

#include <ctype.h>
#include <string.h>

#include "binding.h"

/* Each reads the value on top of the stack; nil is there when the field is absent. */
struct field {
  const char *name;
  void (*read)(lua_State *L, struct exchange *exchange);
};

static void read_effect(lua_State *L, struct exchange *exchange) {
  static const char *const names[] = {"read", "idempotent", "creates", "dials"};
  static const enum effect effects[] = {EFFECT_READ, EFFECT_IDEMPOTENT, EFFECT_CREATES,
                                        EFFECT_DIALS};
  const char *name = table_text(L, -1);
  for (size_t i = 0; name && i < sizeof effects / sizeof effects[0]; i++) {
    if (strcmp(name, names[i]) == 0) {
      exchange_set_effect(exchange, effects[i]);
      return;
    }
  }
  fault_raise(L, "effect must be \"read\", \"idempotent\", \"creates\" or \"dials\"");
}

static void read_method(lua_State *L, struct exchange *exchange) {
  const char *method = table_text(L, -1);
  if (!method || !exchange_set_method(exchange, method)) {
    fault_raise(L, "method must be an HTTP method such as \"GET\"");
  }
}

static void read_path(lua_State *L, struct exchange *exchange) {
  target_append_path(L, exchange_url(exchange));
}

static void read_query(lua_State *L, struct exchange *exchange) {
  if (!lua_isnil(L, -1)) {
    target_append_query(L, exchange_url(exchange));
  }
  if (exchange_url(exchange)->failed) {
    fault_no_memory(L);
  }
}

static void read_body(lua_State *L, struct exchange *exchange) {
  struct fault_path root = fault_root("body");
  if (!lua_isnil(L, -1)) {
    json_encode(L, lua_gettop(L), exchange_body(exchange), &root);
    exchange_use_body(exchange);
  }
}

static void read_timeout(lua_State *L, struct exchange *exchange) {
  if (lua_isnil(L, -1)) {
    return;
  }
  double seconds = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
  if (!(seconds > 0 && seconds <= TIMEOUT_MOST)) {
    fault_raise(L, "timeout must be a number of seconds above 0, at most %d", TIMEOUT_MOST);
  }
  exchange_set_timeout(exchange, seconds);
}

static void read_key(lua_State *L, struct exchange *exchange) {
  if (lua_isnil(L, -1)) {
    return;
  }
  const char *fault = client_push_key(L, -1);
  if (fault) {
    fault_raise(L, "api_key %s", fault);
  }
  const char *key = lua_tostring(L, -1);
  if (key && !exchange_set_key(exchange, key)) {
    fault_no_memory(L);
  }
}

static void read_background(lua_State *L, struct exchange *exchange) {
  (void)exchange;
  if (!lua_isnil(L, -1) && !lua_isboolean(L, -1)) {
    fault_raise(L, "background must be true or false");
  }
}

/* --- headers -------------------------------------------------------------------------------- */

/* RFC 9110, section 5.6.2 */
static bool is_token(const char *text) {
  const char *c = text;
  while (*c && (unsigned char)*c < 128 &&
         (isalnum((unsigned char)*c) || strchr("!#$%&'*+-.^_`|~", *c))) {
    c++;
  }
  return *text && !*c;
}

static bool is_line(const char *text) {
  for (; *text; text++) {
    if ((unsigned char)*text < ' ' || *text == 127) {
      return false;
    }
  }
  return true;
}

static bool is_same_name(const char *name, const char *lower) {
  while (*lower && tolower((unsigned char)*name) == *lower) {
    name++;
    lower++;
  }
  return !*name && !*lower;
}

/* Set by the engine, or by libcurl from what it sends. */
static bool is_reserved(const char *name) {
  static const char *const reserved[] = {"authorization", "host",       "content-length",
                                         "content-type",  "connection", "transfer-encoding",
                                         "user-agent"};
  for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
    if (is_same_name(name, reserved[i])) {
      return true;
    }
  }
  return false;
}

static void add_header(lua_State *L, struct exchange *exchange, const struct table_key *name,
                       const struct fault_path *path) {
  const char *value = table_text(L, -1);
  if (strlen(name->text) != name->length || !is_token(name->text)) {
    fault_raise_at(L, path, "not the name of a header");
  }
  if (is_reserved(name->text)) {
    fault_raise_at(L, path, "this header cannot be set here");
  }
  if (!value || !is_line(value)) {
    fault_raise_at(L, path, "must be a string without control characters");
  }
  if (!exchange_add_header(exchange, name->text, value)) {
    fault_no_memory(L);
  }
}

static void read_headers(lua_State *L, struct exchange *exchange) {
  struct fault_path root = fault_root("headers");
  if (lua_isnil(L, -1)) {
    return;
  }
  struct table_fields given = table_named_fields(L, lua_gettop(L), &root);
  for (size_t i = 0; i < given.count; i++) {
    const struct table_key *name = &given.keys[i];
    struct fault_path path = fault_field(&root, name->text, name->length);
    table_push_value(L, &given, i);
    add_header(L, exchange, name, &path);
    lua_pop(L, 1);
  }
}

/* --- core.start ------------------------------------------------------------------------------- */

/* The path before the query: both are appended to one URL. */
static const struct field fields[] = {
    {"method", read_method}, {"path", read_path},         {"query", read_query},
    {"effect", read_effect}, {"headers", read_headers},   {"timeout", read_timeout},
    {"api_key", read_key},   {"background", read_background}, {"body", read_body},
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

static bool is_field(const struct table_key *key) {
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    if (table_is_key(key, fields[i].name)) {
      return true;
    }
  }
  return false;
}

static void refuse_unknown(lua_State *L, int request) {
  struct fault_path root = fault_root("request");
  struct table_fields given = table_named_fields(L, request, &root);
  for (size_t i = 0; i < given.count; i++) {
    if (!is_field(&given.keys[i])) {
      struct fault_path path = fault_field(&root, given.keys[i].text, given.keys[i].length);
      fault_raise_at(L, &path, "no such field");
    }
  }
}

static void read_fields(lua_State *L, int request, struct exchange *exchange) {
  int top = lua_gettop(L);
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    table_push(L, request, fields[i].name);
    fields[i].read(L, exchange);
    lua_settop(L, top);
  }
}

static enum engine_driver read_driver(lua_State *L, int request) {
  table_push(L, request, "background");
  return lua_toboolean(L, -1) ? DRIVE_BACKGROUND : DRIVE_BY_WAITING;
}

/* start(client, request) -> exchange */
int request_start(lua_State *L) {
  lua_settop(L, 2);
  if (!lua_checkstack(L, 2 * WORKING_STACK)) {
    fault_no_memory(L);
  }
  struct settings *settings = client_check(L, 1);
  refuse_unknown(L, 2);
  struct handle *handle = handle_new(L);
  int result = lua_gettop(L);
  handle->exchange = exchange_new(settings);
  if (!handle->exchange) {
    fault_no_memory(L);
  }
  read_fields(L, 2, handle->exchange);
  enum engine_driver driver = read_driver(L, 2);
  lua_settop(L, result);
  engine_submit(handle->exchange, driver);
  return 1;
}
