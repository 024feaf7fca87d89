/* failing_allocator.c - `failing_allocator script [argument...]`: what becomes of a script when
 * Lua runs out of memory, at every place where that can happen.
 *
 * The script runs once undisturbed, and then again and again in a new state, where the n-th
 * allocation after its call of `begin()` fails, for n = 1, 2, ... until there are no more.
 * Each n is tried twice: memory comes back as soon as Lua has tried again, or when the script
 * has ended. It must end well, or with "not enough memory"; never crash; give back every block.
 * Leaks in C are for a sanitizer or valgrind to see at the end. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

enum mode { FAIL_ONCE, FAIL_ON };

/* One request for memory: Lua repeats it after a collection, and that must fail as well. */
struct wish {
  void *block;
  size_t old_size;
  size_t new_size;
};

struct memory {
  unsigned long blocks; /* not bytes: LuaJIT gives back some without their last few */
  bool counting;
  unsigned long count;
  unsigned long fail_at; /* 0: never */
  enum mode mode;
  struct wish refused;
  bool failed;
};

static char **arguments;
static int argument_count;

/* --- the allocator ---------------------------------------------------------------------------- */

static bool is_refused(struct memory *memory, struct wish wish) {
  if (!memory->counting || memory->fail_at == 0) {
    memory->count += memory->counting;
    return false;
  }
  memory->count++;
  if (memory->count == memory->fail_at) {
    memory->refused = wish;
    memory->failed = true;
    return true;
  }
  if (memory->count < memory->fail_at) {
    return false;
  }
  return memory->mode == FAIL_ON ||
         (memory->count == memory->fail_at + 1 &&
          memcmp(&memory->refused, &wish, sizeof wish) == 0);
}

static void *allocate(void *data, void *block, size_t old_size, size_t new_size) {
  struct memory *memory = data;
  struct wish wish;
  memset(&wish, 0, sizeof wish);
  wish.block = block;
  wish.old_size = block ? old_size : 0; /* of a new block, Lua tells the type there */
  wish.new_size = new_size;
  if (new_size == 0) {
    memory->blocks -= block != NULL;
    free(block);
    return NULL;
  }
  if (new_size > wish.old_size && is_refused(memory, wish)) {
    return NULL;
  }
  void *moved = realloc(block, new_size);
  memory->blocks += moved && !block;
  return moved;
}

/* --- the script ------------------------------------------------------------------------------- */

static int begin(lua_State *L) {
  void *data;
  lua_getallocf(L, &data);
  ((struct memory *)data)->counting = true;
  return 0;
}

static int run_script(lua_State *L) {
  luaL_openlibs(L);
  lua_pushcfunction(L, begin);
  lua_setglobal(L, "begin");
  if (luaL_loadfile(L, arguments[0])) {
    return lua_error(L);
  }
  for (int i = 1; i < argument_count; i++) {
    lua_pushstring(L, arguments[i]);
  }
  lua_call(L, argument_count - 1, 0);
  return 0;
}

static int run_protected(lua_State *L) {
#if LUA_VERSION_NUM == 501
  return lua_cpcall(L, run_script, NULL);
#else
  lua_pushcfunction(L, run_script);
  return lua_pcall(L, 0, 0, 0);
#endif
}

/* Lua 5.2 takes a stack that cannot grow for one that has grown too large. */
static bool is_about_memory(const char *message) {
  return message && (strstr(message, "not enough memory") || strstr(message, "stack overflow"));
}

/* Tells on stderr what was wrong. */
static bool judge(lua_State *L, int status, const struct memory *memory) {
  const char *message = status ? lua_tostring(L, -1) : "";
  if (status == 0 || (memory->failed && is_about_memory(message))) {
    return true;
  }
  fprintf(stderr, "allocation %lu failed%s: %s\n", memory->fail_at,
          memory->mode == FAIL_ON ? ", and all after it" : "",
          message ? message : "an error that is no string");
  return false;
}

static bool run(struct memory *memory) {
  lua_State *L = lua_newstate(allocate, memory);
  if (!L) {
    fprintf(stderr, "no Lua state can be had with an allocator of our own\n");
    return false;
  }
  int status = run_protected(L);
  memory->counting = false;
  bool well = judge(L, status, memory);
  lua_close(L);
  if (memory->blocks != 0) {
    fprintf(stderr, "allocation %lu failed: %lu blocks were not given back\n", memory->fail_at,
            memory->blocks);
    well = false;
  }
  return well;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: %s script [argument...]\n", argv[0]);
    return EXIT_FAILURE;
  }
  arguments = argv + 1;
  argument_count = argc - 1;
  struct memory undisturbed = {0};
  if (!run(&undisturbed)) {
    return EXIT_FAILURE;
  }
  unsigned long wrong = 0;
  unsigned long places = 0;
  for (bool more = true; more;) {
    struct memory once = {.fail_at = places + 1, .mode = FAIL_ONCE};
    struct memory on = {.fail_at = places + 1, .mode = FAIL_ON};
    wrong += !run(&once);
    wrong += !run(&on);
    more = once.failed || on.failed;
    places += more;
  }
  printf("%lu allocations, each failed twice: %lu times it went wrong\n", places, wrong);
  return wrong == 0 && places > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
