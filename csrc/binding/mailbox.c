/* The mailbox userdata: what a scheduler of coroutines waits for. */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "binding.h"
#include "listener.h"

static const char MAILBOX[] = "synthflow.core.mailbox";

enum { TAKEN_AT_ONCE = 64 };

/* `mailbox` is NULL once collected; `reading` is -1 until somebody asked for a descriptor. */
struct owner {
  struct mailbox *mailbox;
  int reading;
  struct listener listener;
};

static struct owner *owner_check(lua_State *L, int index) {
  struct owner *owner = compat_test_userdata(L, index, MAILBOX);
  if (!owner || !owner->mailbox) {
    fault_raise(L, "a mailbox of synthflow.core is needed, not a %s", luaL_typename(L, index));
  }
  return owner;
}

struct mailbox *mailbox_check(lua_State *L, int index) {
  return owner_check(L, index)->mailbox;
}

/* mailbox() -> an empty one */
int mailbox_make(lua_State *L) {
  struct owner *owner = lua_newuserdata(L, sizeof *owner);
  owner->mailbox = NULL;
  owner->reading = -1;
  owner->listener.socket = -1;
  luaL_getmetatable(L, MAILBOX);
  lua_setmetatable(L, -2);
  owner->mailbox = mailbox_new();
  if (!owner->mailbox) {
    fault_no_memory(L);
  }
  return 1;
}

static int mailbox_collect(lua_State *L) {
  struct owner *owner = compat_test_userdata(L, 1, MAILBOX);
  if (owner) {
    struct mailbox *mailbox = owner->mailbox;
    owner->mailbox = NULL;
    if (mailbox) {
      mailbox_set_socket(mailbox, -1); /* exchanges may keep the mailbox for longer */
    }
    if (owner->reading >= 0) {
      close(owner->reading);
    }
    listener_close(&owner->listener);
    mailbox_release(mailbox);
  }
  return 0;
}

/* wait(seconds) -> whether there is something to be taken; drives meanwhile. nil: nothing will come any
 * more, because the engine has stopped or belongs to the process before a fork. */
static int mailbox_wait(lua_State *L) {
  struct owner *owner = owner_check(L, 1);
  double seconds = lua_type(L, 2) == LUA_TNUMBER ? lua_tonumber(L, 2) : -1;
  if (!(seconds >= 0 && seconds <= TIMEOUT_MOST)) {
    fault_raise(L, "wait needs a number of seconds from 0 to %d", TIMEOUT_MOST);
  }
  enum engine_wait state = engine_wait_mailbox(owner->mailbox, seconds);
  if (state == WAIT_CLOSED) {
    lua_pushnil(L);
  } else {
    lua_pushboolean(L, state == WAIT_DONE);
  }
  return 1;
}

/* So that the next byte means new mail. */
static void drain(int number) {
  char bytes[64];
  while (number >= 0 && recv(number, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
  }
}

/* So that tickets that have been taken find their place without memory. */
static void reserve(lua_State *L, size_t taken, size_t count) {
  for (size_t i = 1; i <= count; i++) {
    lua_pushboolean(L, false);
    lua_rawseti(L, -2, (int)(taken + i));
  }
}

/* take() -> list of the tickets of what is done, perhaps empty */
static int mailbox_take_all(lua_State *L) {
  uint64_t tickets[TAKEN_AT_ONCE];
  struct owner *owner = owner_check(L, 1);
  bool is_open = engine_wait_mailbox(owner->mailbox, 0) != WAIT_CLOSED;
  size_t count, taken = 0;
  lua_newtable(L);
  while ((count = mailbox_mail(owner->mailbox)) > 0) {
    count = count < TAKEN_AT_ONCE ? count : TAKEN_AT_ONCE;
    reserve(L, taken, count);
    if (is_open) {
      drain(owner->reading); /* after a fork the parent reads from it, too */
    }
    mailbox_take(owner->mailbox, tickets, count);
    for (size_t i = 0; i < count; i++) {
      compat_push_whole(L, (double)tickets[i]);
      lua_rawseti(L, -2, (int)++taken);
    }
  }
  return 1;
}

static int mailbox_count_all(lua_State *L) {
  compat_push_whole(L, (double)mailbox_count(owner_check(L, 1)->mailbox));
  return 1;
}

static bool open_pair(int pair[2]) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
    return false;
  }
  bool ready = listener_make_private(pair[0]) && listener_make_private(pair[1]);
  if (!ready) {
    close(pair[0]);
    close(pair[1]);
  }
  return ready;
}

static int push_failure(lua_State *L, int reason) {
  lua_pushnil(L);
  lua_pushstring(L, strerror(reason));
  return 2;
}

/* descriptor() -> a number that can be polled: readable when there is something to be taken. It is closed
 * with the mailbox. Or nil and why there is none. */
static int mailbox_descriptor(lua_State *L) {
  struct owner *owner = owner_check(L, 1);
  int pair[2];
  if (owner->reading < 0) {
    if (!open_pair(pair)) {
      return push_failure(L, errno);
    }
    owner->reading = pair[0];
    mailbox_set_socket(owner->mailbox, pair[1]);
  }
  lua_pushinteger(L, owner->reading);
  return 1;
}

/* listen(directory) -> the path of a unix socket in a new directory below this one, for this process to
 * connect to and then to accept: where descriptors cannot be polled. Or nil and why there is none. */
static int mailbox_listen(lua_State *L) {
  struct owner *owner = owner_check(L, 1);
  const char *directory = table_text(L, 2);
  if (!directory) {
    fault_raise(L, "listen needs the path of a directory");
  }
  if (!listener_open(&owner->listener, directory)) {
    return push_failure(L, errno);
  }
  lua_pushstring(L, owner->listener.address.sun_path);
  return 1;
}

/* accept() -> true: on that connection a byte will come when there is something to be taken. Or nil and
 * why not. Nobody can connect any more, and nothing is left in the file system. */
static int mailbox_accept(lua_State *L) {
  struct owner *owner = owner_check(L, 1);
  int number = listener_accept(&owner->listener);
  int reason = errno;
  listener_close(&owner->listener);
  if (number < 0) {
    return push_failure(L, reason);
  }
  mailbox_set_socket(owner->mailbox, number);
  lua_pushboolean(L, true);
  return 1;
}

static int mailbox_text(lua_State *L) {
  lua_pushstring(L, MAILBOX);
  return 1;
}

void mailbox_open(lua_State *L) {
  static const luaL_Reg metamethods[] = {
      {"__gc", mailbox_collect}, {"__tostring", mailbox_text}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"wait", mailbox_wait},
                                     {"take", mailbox_take_all},
                                     {"count", mailbox_count_all},
                                     {"descriptor", mailbox_descriptor},
                                     {"listen", mailbox_listen},
                                     {"accept", mailbox_accept},
                                     {NULL, NULL}};
  binding_new_class(L, MAILBOX, metamethods, methods);
}
