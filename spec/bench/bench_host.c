/* bench_host - the library in a program that embeds Lua, measured.
 *
 *   bench_host threads THREADS COUNT METHOD BASE_URL CA_FILE
 *   bench_host state COUNT BASE_URL CA_FILE
 *
 * threads: a Lua state on each thread, COUNT requests in all. Prints the microseconds of one,
 * those that opened the connections not counted, and how many connections were opened.
 *
 * state: COUNT new states, one after the other, beside one with a warm connection. Prints for
 * each the microseconds of its require, new and first request and those of a warm request; in the
 * last line how many connections were opened meanwhile.
 *
 * Lua finds the library as in any program, by LUA_PATH and LUA_CPATH. */
#define _POSIX_C_SOURCE 200809L

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MOST = 64, WARM_UP_EACH = 20 };

struct worker {
  pthread_t thread;
  int count;
  double began;
  double ended;
};

static const char *method = "POST", *base_url, *ca_file;
static char connections[16] = "32";

static const char prepare[] =
    "local method, base_url, ca_file, connections = ...\n"
    "local work = require 'bench.work'\n"
    "return work.requests(method, work.client(base_url, ca_file, tonumber(connections)))\n";

/* Loads nothing of the library. */
static const char load_work[] = "require 'bench.work'\n";

static const char first_request[] =
    "local method, base_url, ca_file, connections = ...\n"
    "local work = require 'bench.work'\n"
    "work.requests(method, work.client(base_url, ca_file, tonumber(connections)))(1)\n";

static const char count_connections[] =
    "return require('synthflow.core').stats().connections_opened\n";

/* Those that have come; when all have, they go on together. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int missing;

static void meet(void) {
  pthread_mutex_lock(&gate);
  if (--missing == 0) {
    pthread_cond_broadcast(&opened);
  }
  while (missing > 0) {
    pthread_cond_wait(&opened, &gate);
  }
  pthread_mutex_unlock(&gate);
}

static void give_up(const char *why) {
  fprintf(stderr, "bench_host: %s\n", why);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* --- Lua ------------------------------------------------------------------------------ */

static lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (!L) {
    give_up("no memory");
  }
  luaL_openlibs(L);
  return L;
}

static void call(lua_State *L, int arguments, int results) {
  if (lua_pcall(L, arguments, results, 0)) {
    give_up(lua_tostring(L, -1));
  }
}

static void run(lua_State *L, const char *chunk, int results) {
  if (luaL_loadstring(L, chunk)) {
    give_up(lua_tostring(L, -1));
  }
  lua_pushstring(L, method);
  lua_pushstring(L, base_url);
  lua_pushstring(L, ca_file);
  lua_pushstring(L, connections);
  call(L, 4, results);
}

/* Calls the function on top of the stack, which stays: so many requests. */
static void send(lua_State *L, int count) {
  lua_pushvalue(L, -1);
  lua_pushinteger(L, count);
  call(L, 1, 0);
}

static int connections_opened(lua_State *L) {
  run(L, count_connections, 1);
  int count = (int)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return count;
}

/* --- threads -------------------------------------------------------------------------- */

static void *work(void *data) {
  struct worker *worker = data;
  lua_State *L = open_state();
  run(L, prepare, 1);
  send(L, WARM_UP_EACH);
  meet();
  worker->began = now();
  send(L, worker->count);
  worker->ended = now();
  lua_close(L);
  return NULL;
}

static void measure_threads(int threads, int count) {
  static struct worker workers[THREADS_MOST];
  if (threads < 1 || threads > THREADS_MOST || count < threads) {
    give_up("this cannot be counted");
  }
  missing = threads;
  /* As many connections as threads, as the multi handle beside it has. */
  snprintf(connections, sizeof connections, "%d", threads);
  for (int i = 0; i < threads; i++) {
    workers[i].count = count / threads;
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) {
      give_up("no thread");
    }
  }
  double began = 0, ended = 0;
  int sent = count / threads * threads;
  for (int i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
    began = i == 0 || workers[i].began < began ? workers[i].began : began;
    ended = workers[i].ended > ended ? workers[i].ended : ended;
  }
  lua_State *L = open_state();
  printf("%.3f %d\n", (ended - began) * 1e6 / sent, connections_opened(L));
  lua_close(L);
}

/* --- states --------------------------------------------------------------------------- */

static double time_new_state(void) {
  lua_State *L = open_state();
  run(L, load_work, 0);
  double began = now();
  run(L, first_request, 0);
  double seconds = now() - began;
  lua_close(L);
  return seconds;
}

static void measure_states(int count) {
  lua_State *L = open_state();
  run(L, prepare, 1);
  send(L, WARM_UP_EACH);
  int before = connections_opened(L);
  for (int i = 0; i < count; i++) {
    double began = now();
    send(L, 1);
    double warm = now() - began;
    printf("%.3f %.3f\n", time_new_state() * 1e6, warm * 1e6);
  }
  printf("%d\n", connections_opened(L) - before);
  lua_close(L);
}

int main(int arguments, char **argument) {
  if (arguments == 7 && strcmp(argument[1], "threads") == 0) {
    method = argument[4], base_url = argument[5], ca_file = argument[6];
    measure_threads(atoi(argument[2]), atoi(argument[3]));
  } else if (arguments == 5 && strcmp(argument[1], "state") == 0) {
    base_url = argument[3], ca_file = argument[4];
    measure_states(atoi(argument[2]));
  } else {
    give_up("threads THREADS COUNT METHOD BASE_URL CA_FILE, or state COUNT BASE_URL CA_FILE");
  }
  return 0;
}
