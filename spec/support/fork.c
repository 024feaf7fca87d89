/* fork.so - what specs of several processes need and no Lua has: require "support.fork" gives
 *
 *   fork() -> id of the child; 0 in the child
 *   wait(id) -> its exit status, or the number of the signal that ended it, negative
 *   limit(seconds): a signal ends this process then, however it hangs; a child has a limit of its own */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

__attribute__((visibility("default"))) int luaopen_support_fork(lua_State *L);

static int fork_process(lua_State *L) {
  pid_t id = fork();
  if (id < 0) {
    return luaL_error(L, "fork: %s", strerror(errno));
  }
  lua_pushinteger(L, id);
  return 1;
}

static int wait_for(lua_State *L) {
  pid_t id = (pid_t)luaL_checkinteger(L, 1);
  int status = 0;
  while (waitpid(id, &status, 0) < 0) {
    if (errno != EINTR) {
      return luaL_error(L, "waitpid: %s", strerror(errno));
    }
  }
  lua_pushinteger(L, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  return 1;
}

static int limit(lua_State *L) {
  alarm((unsigned)luaL_checkinteger(L, 1));
  return 0;
}

int luaopen_support_fork(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, fork_process);
  lua_setfield(L, -2, "fork");
  lua_pushcfunction(L, wait_for);
  lua_setfield(L, -2, "wait");
  lua_pushcfunction(L, limit);
  lua_setfield(L, -2, "limit");
  return 1;
}
