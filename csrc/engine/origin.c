#include "origin.h"

#include <stdlib.h>
#include <string.h>

#include "exchange_private.h"

struct origin *origin_find(struct origin **list, const char *name) {
  for (struct origin *origin = *list; origin; origin = origin->next) {
    if (strcmp(origin->name, name) == 0) {
      return origin;
    }
  }
  size_t size = strlen(name) + 1;
  struct origin *origin = calloc(1, sizeof *origin + size);
  if (origin) {
    memcpy(origin->name, name, size);
    origin->http = strncmp(name, "http:", 5) == 0 ? HTTP_1 : HTTP_UNKNOWN;
    budget_fill(&origin->budget);
    origin->next = *list;
    *list = origin;
  }
  return origin;
}

static bool may_share(const struct exchange *exchange) {
  return policy_may_share(exchange->request.effect);
}

void origin_expect(struct origin *origin, const struct exchange *exchange) {
  if (exchange->settings->connections > origin->connections) {
    origin->connections = exchange->settings->connections;
  }
}

/* What the client of an exchange has here. */
static struct settings *client_of(const struct origin *origin, const struct exchange *exchange) {
  struct settings *settings = exchange->settings;
  if (settings->counted_at != origin) {
    settings->counted_at = origin;
    settings->busy = settings->waiting = 0;
  }
  return settings;
}

void origin_push(struct origin *origin, struct exchange *exchange) {
  origin->waiting_count++;
  client_of(origin, exchange)->waiting++;
  queue_push(&origin->waiting[may_share(exchange)], exchange);
}

void origin_return(struct origin *origin, struct exchange *exchange) {
  origin->waiting_count++;
  client_of(origin, exchange)->waiting++;
  queue_return(&origin->waiting[may_share(exchange)], exchange);
}

void origin_remove(struct origin *origin, struct exchange *exchange) {
  origin->waiting_count--;
  client_of(origin, exchange)->waiting--;
  queue_remove(&origin->waiting[may_share(exchange)], exchange);
}

/* A single connection is shared by those who do, or is of one alone; where both wait, in turn. */
static bool takes_turns(const struct origin *origin) {
  return origin->http == HTTP_2 && origin->connections == 1;
}

void origin_begin_turn(struct origin *origin) {
  origin->turn_wanted = false;
  origin->shared_next = origin->shared_next && origin->sharing == 0 && origin->waiting[1].first;
}

/* Of so many connections, those that exclusive transfers may have: one is for those that share. */
static size_t for_exclusive(const struct origin *origin, long connections) {
  return (size_t)connections - (origin->http == HTTP_2 && connections > 1);
}

static bool has_room(const struct origin *origin) {
  return origin->exclusive < for_exclusive(origin, origin->connections);
}

static bool client_has_room(const struct origin *origin, const struct exchange *exchange) {
  return client_of(origin, exchange)->busy < for_exclusive(origin, exchange->settings->connections);
}

static bool may_start(const struct origin *origin, const struct exchange *exchange) {
  if (takes_turns(origin)) {
    bool shared_next = origin->shared_next && origin->waiting[1].first; /* it may have given up */
    bool free = may_share(exchange) ? shared_next || !origin->turn_wanted
                                    : !shared_next && origin->sharing == 0;
    return free && origin->exclusive == 0 && origin->sharing < ORIGIN_STREAMS;
  }
  if (origin->http == HTTP_2 && may_share(exchange)) {
    return origin->sharing < ORIGIN_STREAMS;
  }
  return has_room(origin) && client_has_room(origin, exchange);
}

static bool waits_alone(const struct origin *origin, const struct exchange *exchange) {
  return client_of(origin, exchange)->waiting == origin->waiting_count;
}

/* The first one of a queue that its own client's limit does not hold back: other clients, where there are
 * some, need not wait for that. */
static struct exchange *first_of(const struct origin *origin, int queue) {
  struct exchange *exchange = origin->waiting[queue].first;
  bool counted = !takes_turns(origin) && !(queue == 1 && origin->http == HTTP_2);
  if (!counted || !exchange || !has_room(origin) || waits_alone(origin, exchange)) {
    return exchange;
  }
  while (exchange && !client_has_room(origin, exchange)) {
    exchange = exchange->next;
  }
  return exchange;
}

/* While all need a connection each, or take turns, the two queues are one: first in, first out. */
static struct exchange *next_waiting(const struct origin *origin) {
  struct exchange *alone = first_of(origin, 0);
  struct exchange *shared = first_of(origin, 1);
  if (!alone || !shared) {
    return alone ? alone : shared;
  }
  if (origin->http == HTTP_2 && (!takes_turns(origin) || origin->shared_next)) {
    return may_start(origin, shared) ? shared : alone;
  }
  return alone->submitted <= shared->submitted ? alone : shared;
}

struct exchange *origin_admit(struct origin *origin) {
  struct exchange *exchange = next_waiting(origin);
  if (!exchange || !origin_admit_this(origin, exchange)) {
    return NULL;
  }
  origin_remove(origin, exchange);
  return exchange;
}

bool origin_admit_this(struct origin *origin, struct exchange *exchange) {
  if (!may_start(origin, exchange)) {
    origin->turn_wanted |= !may_share(exchange);
    return false;
  }
  exchange->sharing = origin->http == HTTP_2 && may_share(exchange);
  *(exchange->sharing ? &origin->sharing : &origin->exclusive) += 1;
  client_of(origin, exchange)->busy += !exchange->sharing;
  exchange->host_shares = origin->http != HTTP_1;
  exchange->generation = origin->generation;
  return true;
}

/* Those that are answered may do so over another connection of the same generation. */
enum { SILENT_MOST = 4 };

bool origin_doubts(const struct origin *origin, const struct exchange *exchange) {
  bool shared = may_share(exchange) && exchange->host_shares;
  return !shared || exchange->generation != origin->generation ||
         origin->answered < exchange->admitted || origin->silent + 1 >= SILENT_MOST;
}

/* One that its owner ends soon says nothing of the connection. */
static bool is_silent(const struct exchange *exchange, double now) {
  enum outcome outcome = exchange->report.outcome;
  bool in_vain = outcome == OUTCOME_TIMEOUT ||
                 (outcome == OUTCOME_CANCELLED &&
                  now - exchange->admitted >= exchange->settings->connect_timeout);
  return in_vain && exchange->report.status == 0 && exchange->transfer.sendings > 0;
}

static void note_answer(struct origin *origin, const struct exchange *exchange, double now) {
  if (exchange->report.status > 0) {
    origin->answered = now;
  } else if (is_silent(exchange, now)) {
    bool doubtful = origin_doubts(origin, exchange);
    origin->generation += doubtful;
    origin->silent = doubtful ? 0 : origin->silent + 1;
  }
}

void origin_release(struct origin *origin, struct exchange *exchange, double now) {
  int http_version = exchange->report.http_version;
  *(exchange->sharing ? &origin->sharing : &origin->exclusive) -= 1;
  client_of(origin, exchange)->busy -= !exchange->sharing;
  if (!may_share(exchange)) {
    origin->shared_next = takes_turns(origin) && origin->waiting[1].first;
    return;
  }
  if (http_version != 0) {
    origin->http = http_version >= 20 ? HTTP_2 : HTTP_1;
  }
  if (exchange->generation == origin->generation) {
    note_answer(origin, exchange, now);
  }
}
