/* A Lua table becomes an exchange. Everything is read into the exchange of one handle, which
 * owns it all: a raise anywhere leaves nothing behind. */

#include <ctype.h>
#include <string.h>

#include "binding.h"

/* Each reads the value on top of the stack; nil is there when the field is absent. */
struct field {
  const char *name;
  void (*read)(lua_State *L, struct handle *handle);
};

static void read_effect(lua_State *L, struct handle *handle) {
  static const char *const names[] = {"read", "idempotent", "creates", "dials"};
  static const enum effect effects[] = {EFFECT_READ, EFFECT_IDEMPOTENT, EFFECT_CREATES,
                                        EFFECT_DIALS};
  const char *name = table_text(L, -1);
  for (size_t i = 0; name && i < sizeof effects / sizeof effects[0]; i++) {
    if (strcmp(name, names[i]) == 0) {
      exchange_set_effect(handle->exchange, effects[i]);
      return;
    }
  }
  fault_raise(L, "effect must be \"read\", \"idempotent\", \"creates\" or \"dials\"");
}

static void read_method(lua_State *L, struct handle *handle) {
  const char *method = table_text(L, -1);
  if (!method || !exchange_set_method(handle->exchange, method)) {
    fault_raise(L, "method must be an HTTP method such as \"GET\"");
  }
}

static void read_path(lua_State *L, struct handle *handle) {
  target_append_path(L, exchange_url(handle->exchange));
}

static void read_query(lua_State *L, struct handle *handle) {
  if (!lua_isnil(L, -1)) {
    target_append_query(L, exchange_url(handle->exchange));
  }
  if (exchange_url(handle->exchange)->failed) {
    fault_no_memory(L);
  }
}

static void read_body(lua_State *L, struct handle *handle) {
  struct fault_path root = fault_root("body");
  if (!lua_isnil(L, -1)) {
    json_encode(L, lua_gettop(L), exchange_body(handle->exchange), &root);
    exchange_use_body(handle->exchange);
  }
}

/* false: there is none */
static bool read_seconds(lua_State *L, const char *name, double *seconds) {
  if (lua_isnil(L, -1)) {
    return false;
  }
  *seconds = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
  if (!(*seconds > 0 && *seconds <= TIMEOUT_MOST)) {
    fault_raise(L, "%s must be a number of seconds above 0, at most %d", name, TIMEOUT_MOST);
  }
  return true;
}

static void read_timeout(lua_State *L, struct handle *handle) {
  double seconds;
  if (read_seconds(L, "timeout", &seconds)) {
    exchange_set_timeout(handle->exchange, seconds);
  }
}

static void read_attempt_timeout(lua_State *L, struct handle *handle) {
  double seconds;
  if (read_seconds(L, "attempt_timeout", &seconds)) {
    exchange_set_attempt_timeout(handle->exchange, seconds);
  }
}

/* false: there is none */
static bool read_whole(lua_State *L, const char *name, int least, int most, int *whole) {
  if (lua_isnil(L, -1)) {
    return false;
  }
  double number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : least - 1;
  if (!(number >= least && number <= most && number == (int)number)) {
    fault_raise(L, "%s must be a whole number from %d to %d", name, least, most);
  }
  *whole = (int)number;
  return true;
}

static void read_retries(lua_State *L, struct handle *handle) {
  int retries;
  if (read_whole(L, "retries", 0, RETRIES_MOST, &retries)) {
    exchange_set_retries(handle->exchange, retries);
  }
}

static void read_refusal(lua_State *L, struct handle *handle) {
  int status;
  if (read_whole(L, "refusal", 300, 599, &status)) {
    exchange_set_refusal(handle->exchange, status);
  }
}

static bool read_flag(lua_State *L, const char *name) {
  if (!lua_isnil(L, -1) && !lua_isboolean(L, -1)) {
    fault_raise(L, "%s must be true or false", name);
  }
  return lua_toboolean(L, -1);
}

static void read_paced(lua_State *L, struct handle *handle) {
  if (read_flag(L, "paced")) {
    exchange_set_paced(handle->exchange);
  }
}

static void read_key(lua_State *L, struct handle *handle) {
  if (lua_isnil(L, -1)) {
    return;
  }
  const char *fault = client_push_key(L, -1);
  if (fault) {
    fault_raise(L, "api_key %s", fault);
  }
  const char *key = lua_tostring(L, -1);
  if (key && !exchange_set_key(handle->exchange, key)) {
    fault_no_memory(L);
  }
}

static void read_background(lua_State *L, struct handle *handle) {
  handle->background = read_flag(L, "background");
}

static void read_decode(lua_State *L, struct handle *handle) {
  handle->raw = !read_flag(L, "decode") && !lua_isnil(L, -1);
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

static void add_header(lua_State *L, struct handle *handle, const struct table_key *name,
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
  if (!exchange_add_header(handle->exchange, name->text, value)) {
    fault_no_memory(L);
  }
}

static void read_headers(lua_State *L, struct handle *handle) {
  struct fault_path root = fault_root("headers");
  if (lua_isnil(L, -1)) {
    return;
  }
  struct table_fields given = table_named_fields(L, lua_gettop(L), &root);
  for (size_t i = 0; i < given.count; i++) {
    const struct table_key *name = &given.keys[i];
    struct fault_path path = fault_field(&root, name->text, name->length);
    table_push_value(L, &given, i);
    add_header(L, handle, name, &path);
    lua_pop(L, 1);
  }
}

/* --- core.start ------------------------------------------------------------------------------- */

/* The path before the query: both are appended to one URL. */
static const struct field fields[] = {
    {"method", read_method},
    {"path", read_path},
    {"query", read_query},
    {"effect", read_effect},
    {"headers", read_headers},
    {"timeout", read_timeout},
    {"attempt_timeout", read_attempt_timeout},
    {"retries", read_retries},
    {"refusal", read_refusal},
    {"paced", read_paced},
    {"decode", read_decode},
    {"background", read_background},
    {"api_key", read_key},
    {"body", read_body},
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

/* FIELD_COUNT when there is no such field. */
static int find_field(const struct table_key *key) {
  int i = 0;
  while (i < FIELD_COUNT && !table_is_key(key, fields[i].name)) {
    i++;
  }
  return i;
}

/* Raises what is wrong with the request and its names; of several the first. */
_Noreturn static void refuse_unknown(lua_State *L, int request) {
  struct fault_path root = fault_root("request");
  struct table_fields given = table_named_fields(L, request, &root);
  for (size_t i = 0; i < given.count; i++) {
    if (find_field(&given.keys[i]) == FIELD_COUNT) {
      struct fault_path path = fault_field(&root, given.keys[i].text, given.keys[i].length);
      fault_raise_at(L, &path, "no such field");
    }
  }
  fault_raise(L, "a table was changed while it was being read"); /* by a finalizer */
}

/* Pushes the values of all fields in the order of these, nil for what is absent: a pass over what is
 * there costs less than to ask for each. */
static void push_fields(lua_State *L, int request) {
  int before = lua_gettop(L);
  if (lua_type(L, request) != LUA_TTABLE) {
    refuse_unknown(L, request);
  }
  lua_settop(L, before + FIELD_COUNT);
  lua_pushnil(L);
  while (lua_next(L, request)) {
    struct table_key key = {0};
    if (lua_type(L, -2) != LUA_TSTRING) {
      refuse_unknown(L, request);
    }
    key.text = lua_tolstring(L, -2, &key.length);
    int place = find_field(&key);
    if (place == FIELD_COUNT) {
      refuse_unknown(L, request);
    }
    lua_replace(L, before + 1 + place);
  }
}

static void read_fields(lua_State *L, int request, struct handle *handle) {
  int before = lua_gettop(L);
  push_fields(L, request);
  for (int i = 0; i < FIELD_COUNT; i++) {
    lua_pushvalue(L, before + 1 + i);
    fields[i].read(L, handle);
    lua_settop(L, before + FIELD_COUNT);
  }
}

/* Reads (client, request) and leaves the handle of their exchange on the stack, alone with them. */
static struct handle *read_request(lua_State *L) {
  lua_settop(L, 2);
  if (!lua_checkstack(L, FIELD_COUNT + 2 * WORKING_STACK)) {
    fault_no_memory(L);
  }
  struct settings *settings = client_check(L, 1);
  struct handle *handle = handle_new(L);
  int result = lua_gettop(L);
  handle->exchange = exchange_new(settings);
  if (!handle->exchange) {
    fault_no_memory(L);
  }
  read_fields(L, 2, handle);
  lua_settop(L, result);
  return handle;
}

/* prepare(client, request) -> exchange, for submit: nothing is sent yet */
int request_prepare(lua_State *L) {
  read_request(L);
  return 1;
}

/* start(client, request) -> exchange */
int request_start(lua_State *L) {
  handle_give(read_request(L));
  return 1;
}

/* --- core.describe ---------------------------------------------------------------------------- */

/* Pushes the lines as a list of { name, value }. */
static void push_lines(lua_State *L, const char *line) {
  lua_newtable(L);
  for (int i = 1; *line; i++) {
    size_t length = strcspn(line, "\n");
    size_t name = strcspn(line, ":");
    size_t value = name + 1 + strspn(line + name + 1, " ");
    lua_createtable(L, 2, 0);
    lua_pushlstring(L, line, name);
    lua_rawseti(L, -2, 1);
    lua_pushlstring(L, line + value, length - value);
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, i);
    line += length + 1;
  }
}

static void push_headers(lua_State *L, const struct exchange *exchange) {
  struct buffer *lines = json_new_text(L);
  if (!exchange_describe_headers(exchange, lines)) {
    fault_no_memory(L);
  }
  push_lines(L, buffer_text(lines));
  lua_remove(L, -2);
}

/* describe(client, request) -> what start would send: { method, url, headers, has_key, body } */
int request_describe(lua_State *L) {
  struct exchange *exchange = read_request(L)->exchange;
  lua_newtable(L);
  push_headers(L, exchange);
  lua_setfield(L, -2, "headers");
  table_set_flag(L, "has_key", exchange_has_key(exchange));
  table_set_text(L, "method", exchange_method(exchange));
  table_set_text(L, "url", buffer_text(exchange_url(exchange)));
  if (exchange_has_body(exchange)) {
    const struct buffer *body = exchange_body(exchange);
    lua_pushlstring(L, buffer_text(body), body->length);
    lua_setfield(L, -2, "body");
  }
  return 1;
}
