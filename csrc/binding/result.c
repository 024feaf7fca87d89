/* The outcome of an exchange becomes a Lua table. The handle owns the exchange meanwhile. */

#include <ctype.h>
#include <string.h>

#include "binding.h"

/* --- fields of the table on top of the stack -------------------------------------------------- */

static void set_status(lua_State *L, int status) {
  if (status != 0) {
    lua_pushinteger(L, status);
    lua_setfield(L, -2, "status");
  }
}

/* Seconds below 0 stand for what never was. */
static void set_seconds(lua_State *L, const char *name, double seconds) {
  if (seconds >= 0) {
    lua_pushnumber(L, seconds);
    lua_setfield(L, -2, name);
  }
}

/* --- words for enums -------------------------------------------------------------------------- */

static const char *outcome_word(enum outcome outcome) {
  switch (outcome) {
    case OUTCOME_RESPONSE: return "response";
    case OUTCOME_NETWORK: return "network";
    case OUTCOME_TIMEOUT: return "timeout";
    case OUTCOME_TOO_LARGE: return "too_large";
    case OUTCOME_CANCELLED: return "cancelled";
    case OUTCOME_NO_MEMORY: return "no_memory";
    case OUTCOME_NONE:
    case OUTCOME_CLOSED: break;
  }
  return "closed";
}

static const char *took_effect_word(enum took_effect took_effect) {
  switch (took_effect) {
    case TOOK_EFFECT_NO: return "no";
    case TOOK_EFFECT_YES: return "yes";
    case TOOK_EFFECT_MAYBE: break;
  }
  return "maybe";
}

static const char *phase_word(enum phase phase) {
  switch (phase) {
    case PHASE_QUEUE: return "queue";
    case PHASE_RESOLVE: return "resolve";
    case PHASE_CONNECT: return "connect";
    case PHASE_TLS: return "tls";
    case PHASE_SEND: return "send";
    case PHASE_RECEIVE: return "receive";
    case PHASE_DONE: break;
  }
  return "done";
}

static const char *version_word(int version) {
  switch (version) {
    case 10: return "1.0";
    case 11: return "1.1";
    case 20: return "2";
    case 30: return "3";
    default: return NULL;
  }
}

/* --- headers ---------------------------------------------------------------------------------- */

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void push_lower(lua_State *L, const char *text, size_t length) {
  luaL_Buffer lower;
  luaL_buffinit(L, &lower);
  for (size_t i = 0; i < length; i++) {
    luaL_addchar(&lower, (char)tolower((unsigned char)text[i]));
  }
  luaL_pushresult(&lower);
}

/* Adds "Name: value" to the table on top of the stack; a name met before gets a list. */
static void add_header(lua_State *L, const char *line, size_t length) {
  const char *colon = memchr(line, ':', length);
  if (!colon || colon == line || memchr(line, ' ', (size_t)(colon - line))) {
    return; /* the status line, or no header at all */
  }
  const char *value = colon + 1;
  const char *end = line + length;
  for (; value < end && is_blank(*value); value++) {
  }
  for (; end > value && is_blank(end[-1]); end--) {
  }
  push_lower(L, line, (size_t)(colon - line));
  lua_pushvalue(L, -1);
  lua_rawget(L, -3);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushlstring(L, value, (size_t)(end - value));
  } else {
    lua_pushliteral(L, ", ");
    lua_pushlstring(L, value, (size_t)(end - value));
    lua_concat(L, 3);
  }
  lua_rawset(L, -3);
}

static int count_lines(const char *text, const char *end) {
  int count = 0;
  for (; (text = memchr(text, '\n', (size_t)(end - text))); text++) {
    count++;
  }
  return count;
}

/* More than any server sends for a reason; joining the values of one name costs the square of their number. */
enum { HEADER_LINES_MOST = 1000 };

static void set_headers(lua_State *L, const struct buffer *headers) {
  const char *line = buffer_text(headers);
  const char *end = line + headers->length;
  int count = count_lines(line, end);
  /* at once: growing it costs more than filling it */
  lua_createtable(L, 0, count < HEADER_LINES_MOST ? count : HEADER_LINES_MOST);
  for (int i = 0; line < end && i < HEADER_LINES_MOST; i++) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    const char *next = newline ? newline + 1 : end;
    add_header(L, line, (size_t)(next - line));
    line = next;
  }
  lua_setfield(L, -2, "headers");
}

/* --- body, attempts, timing ------------------------------------------------------------------- */

/* The body at -1, the result below it. false: it is not JSON. */
static bool set_data(lua_State *L, const struct exchange *exchange) {
  if (exchange_outcome(exchange) != OUTCOME_RESPONSE || exchange_response(exchange)->length == 0) {
    return true;
  }
  bool decoded = json_decode(L, lua_gettop(L));
  lua_setfield(L, -3, decoded ? "data" : "decode_error");
  return decoded;
}

/* false: it is not what it should be. */
static bool set_body(lua_State *L, const struct handle *handle) {
  const struct buffer *body = exchange_response(handle->exchange);
  lua_pushlstring(L, buffer_text(body), body->length);
  bool readable = handle->raw || set_data(L, handle->exchange);
  lua_setfield(L, -2, "body");
  return readable;
}

static void push_attempt(lua_State *L, const struct attempt *attempt) {
  lua_createtable(L, 0, 6);
  set_seconds(L, "at", attempt->at);
  set_seconds(L, "seconds", attempt->seconds);
  set_status(L, attempt->status);
  if (attempt->outcome != OUTCOME_RESPONSE) {
    table_set_text(L, "reason", outcome_word(attempt->outcome));
  }
  table_set_flag(L, "on_wire", attempt->on_wire);
  table_set_flag(L, "reused", attempt->reused);
}

static void set_attempts(lua_State *L, const struct exchange *exchange) {
  size_t count = exchange_attempt_count(exchange);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    push_attempt(L, exchange_attempt(exchange, i));
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, "attempts");
}

static void set_timing(lua_State *L, const struct timing *timing) {
  lua_createtable(L, 0, 7);
  set_seconds(L, "queue", timing->queue);
  set_seconds(L, "resolve", timing->resolve);
  set_seconds(L, "connect", timing->connect);
  set_seconds(L, "tls", timing->tls);
  set_seconds(L, "first_byte", timing->first_byte);
  set_seconds(L, "total", timing->total);
  table_set_flag(L, "reused", timing->reused);
  lua_setfield(L, -2, "timing");
}

static void set_true(lua_State *L, const char *name, bool flag) {
  if (flag) {
    table_set_flag(L, name, true);
  }
}

static void set_result(lua_State *L, const struct exchange *exchange) {
  const char *message = exchange_message(exchange);
  table_set_text(L, "outcome", outcome_word(exchange_outcome(exchange)));
  set_status(L, exchange_status(exchange));
  set_headers(L, exchange_headers(exchange));
  table_set_text(L, "took_effect", took_effect_word(exchange_took_effect(exchange)));
  table_set_text(L, "message", *message ? message : NULL);
  table_set_text(L, "phase", phase_word(exchange_phase(exchange)));
  set_attempts(L, exchange);
  set_timing(L, exchange_timing(exchange));
  table_set_text(L, "http_version", version_word(exchange_http_version(exchange)));
  table_set_text(L, "host", exchange_settings(exchange)->host);
  set_seconds(L, "retry_after", exchange_retry_after(exchange));
  set_true(L, "already_gone", exchange_was_gone(exchange));
  set_true(L, "budget_refused", exchange_budget_refused(exchange));
}

static bool is_success(const struct exchange *exchange) {
  return exchange_status(exchange) >= 200 && exchange_status(exchange) < 300;
}

/* Hands the exchange over. A finalizer that runs while it is read may ask for the same result. */
static void move(struct handle *from, struct handle *to) {
  to->raw = from->raw;
  to->exchange = from->exchange;
  from->exchange = NULL;
}

/* result(exchange) -> table; nil: the answer could not be read and is being asked for again, so wait
 * again. Bodies may be large: the exchange is let go at once. */
int result_take(lua_State *L) {
  struct handle *handle = handle_check(L, 1);
  lua_settop(L, 1);
  struct handle *reading = handle_new(L);
  if (!handle->exchange) {
    fault_raise(L, "the result of this exchange has been taken");
  }
  if (!handle->submitted || engine_wait(handle->exchange, 0) != WAIT_DONE) {
    fault_raise(L, "this exchange is not done yet");
  }
  move(handle, reading);
  lua_createtable(L, 0, 16);
  bool readable = set_body(L, reading) || !is_success(reading->exchange);
  if (!readable && engine_try_again(reading->exchange)) {
    move(reading, handle);
    lua_pushnil(L);
  } else {
    set_result(L, reading->exchange);
    handle_drop(reading);
  }
  return 1;
}
