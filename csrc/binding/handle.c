#include <string.h>

#include "binding.h"

static const char HANDLE[] = "synthflow.core.exchange";

struct handle *handle_new(lua_State *L) {
  struct handle *handle = lua_newuserdata(L, sizeof *handle);
  memset(handle, 0, sizeof *handle);
  luaL_getmetatable(L, HANDLE);
  lua_setmetatable(L, -2);
  return handle;
}

struct handle *handle_check(lua_State *L, int index) {
  struct handle *handle = compat_test_userdata(L, index, HANDLE);
  if (!handle) {
    fault_raise(L, "an exchange of synthflow.core is needed, not a %s", luaL_typename(L, index));
  }
  return handle;
}

void handle_drop(struct handle *handle) {
  struct exchange *exchange = handle->exchange;
  handle->exchange = NULL;
  if (exchange) {
    engine_cancel(exchange);
  }
  exchange_release(exchange);
}

bool handle_give(struct handle *handle) {
  handle->submitted = true;
  return engine_submit(handle->exchange,
                       handle->background ? DRIVE_BACKGROUND : DRIVE_BY_WAITING);
}

/* One that has been given to the engine. */
static struct handle *submitted_check(lua_State *L) {
  struct handle *handle = handle_check(L, 1);
  if (!handle->submitted) {
    fault_raise(L, "this exchange has not been submitted");
  }
  return handle;
}

/* submit(exchange, mailbox, ticket, background) -> whether its ticket, a whole number, will come into the
 * mailbox; false: it has ended already. Without a mailbox, for wait. background: its owner will not drive. */
int handle_submit(lua_State *L) {
  struct handle *handle = handle_check(L, 1);
  if (handle->submitted || !handle->exchange) {
    fault_raise(L, "this exchange has been submitted");
  }
  if (!lua_isnoneornil(L, 2)) {
    double ticket = lua_type(L, 3) == LUA_TNUMBER ? lua_tonumber(L, 3) : -1;
    if (!(ticket >= 0 && ticket <= WHOLE_MOST && ticket == (double)(uint64_t)ticket)) {
      fault_raise(L, "submit needs a ticket, a whole number");
    }
    exchange_set_mailbox(handle->exchange, mailbox_check(L, 2), (uint64_t)ticket);
  }
  handle->background = handle->background || lua_toboolean(L, 4);
  lua_pushboolean(L, handle_give(handle));
  return 1;
}

static bool is_done(const struct handle *handle) {
  return !handle->exchange || engine_wait(handle->exchange, 0) == WAIT_DONE;
}

int handle_wait(lua_State *L) {
  struct handle *handle = submitted_check(L);
  double seconds = lua_type(L, 2) == LUA_TNUMBER ? lua_tonumber(L, 2) : -1;
  if (!(seconds >= 0 && seconds <= TIMEOUT_MOST)) {
    fault_raise(L, "wait needs a number of seconds from 0 to %d", TIMEOUT_MOST);
  }
  lua_pushboolean(L, !handle->exchange || engine_wait(handle->exchange, seconds) == WAIT_DONE);
  return 1;
}

/* Once the list has been made, nothing here allocates: no finalizer drops what it holds. */
static void cancel_list(lua_State *L, int count) {
  struct exchange **exchanges = lua_newuserdata(L, ((size_t)count + 1) * sizeof *exchanges);
  luaL_getmetatable(L, HANDLE);
  int class = lua_gettop(L);
  for (int i = 0; i < count; i++) {
    lua_rawgeti(L, 1, i + 1);
    if (!lua_getmetatable(L, -1) || !lua_rawequal(L, -1, class)) {
      fault_raise(L, "an exchange of synthflow.core is needed, not a %s",
                  luaL_typename(L, class + 1));
    }
    exchanges[i] = ((struct handle *)lua_touserdata(L, -2))->exchange;
    lua_pop(L, 2);
  }
  engine_cancel_all(exchanges, (size_t)count);
}

/* cancel(exchange), or cancel { exchange, ... }: of these none begins because another one has ended. */
int handle_cancel(lua_State *L) {
  if (lua_type(L, 1) == LUA_TTABLE) {
    cancel_list(L, (int)compat_raw_length(L, 1));
  } else {
    engine_cancel_all(&handle_check(L, 1)->exchange, 1);
  }
  return 0;
}

static int handle_collect(lua_State *L) {
  struct handle *handle = compat_test_userdata(L, 1, HANDLE);
  if (handle) {
    handle_drop(handle);
  }
  return 0;
}

static int handle_text(lua_State *L) {
  const struct handle *handle = handle_check(L, 1);
  const char *state = !handle->exchange    ? "closed"
                      : !handle->submitted ? "prepared"
                      : is_done(handle)    ? "done"
                                           : "pending";
  lua_pushfstring(L, "%s (%s)", HANDLE, state);
  return 1;
}

void handle_open(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", handle_collect},
                                         {"__close", handle_collect},
                                         {"__tostring", handle_text},
                                         {NULL, NULL}};
  binding_new_class(L, HANDLE, metamethods, NULL);
}
