/* drive.c - the loop that moves exchanges through libcurl. One thread at a time is in it. */
#define _POSIX_C_SOURCE 200809L

#include <string.h>
#include <time.h>

#include "clock.h"
#include "engine_private.h"
#include "policy.h"
#include "signals.h"

/* What one turn of the loop has in hand; nobody else sees it. */
struct turn {
  struct queue starting;
  struct exchange *stopping; /* linked by next_stopped: to be taken out of libcurl */
  struct queue finished;
  long host_connections; /* the limits that the clients asked for: to one host, */
  long all_connections;  /* and to all of them */
};

/* --- with the lock: what is to be done ------------------------------------------------ */

static void stop(struct turn *turn, struct engine *engine, struct exchange *x,
                 enum outcome reason) {
  timers_remove(&engine->timers, x);
  x->stop = reason;
  if (x->state == STATE_WAITING) {
    origin_remove(x->origin, x);
    exchange_finish(x, CURLE_OK, reason);
    queue_push(&turn->finished, x);
  } else {
    x->next_stopped = turn->stopping;
    turn->stopping = x;
  }
}

static void take_cancelled(struct turn *turn, struct engine *engine) {
  struct exchange *x = engine->stopped;
  engine->stopped = NULL;
  while (x) {
    struct exchange *next = x->next_stopped;
    stop(turn, engine, x, OUTCOME_CANCELLED);
    x = next;
  }
}

static void take_expired(struct turn *turn, struct engine *engine, double now) {
  struct exchange *x;
  while ((x = timers_first(&engine->timers)) && x->due <= now) {
    if (now < x->deadline && x->transfer.sendings > 0) {
      timers_move(&engine->timers, x, x->deadline); /* it has connected in time */
    } else {
      stop(turn, engine, x, OUTCOME_TIMEOUT);
    }
  }
}

/* The time for connecting runs here, not in libcurl: there, transfers that wait for one
 * another's connection would wait for one such time after the other. What shares a connection
 * may wait for a stream of it, which is no connecting. */
static void limit_connecting(struct engine *engine, struct exchange *x) {
  if (x->sharing) {
    return;
  }
  double limit = x->admitted + x->settings->connect_timeout;
  if (limit < x->deadline) {
    timers_move(&engine->timers, x, limit);
  }
}

static void take_admitted(struct turn *turn, struct engine *engine, double now) {
  for (struct origin *origin = engine->origins; origin; origin = origin->next) {
    struct exchange *x;
    turn->all_connections += origin->connections;
    if (origin->connections > turn->host_connections) {
      turn->host_connections = origin->connections;
    }
    while ((x = origin_admit(origin))) {
      x->state = STATE_RUNNING;
      x->admitted = now;
      limit_connecting(engine, x);
      queue_push(&turn->starting, x);
    }
  }
}

static void take_work(struct turn *turn, struct engine *engine) {
  double now = clock_now();
  engine->news = false;
  take_cancelled(turn, engine);
  take_expired(turn, engine, now);
  take_admitted(turn, engine, now);
}

/* --- with `perform`: doing it --------------------------------------------------------- */

/* libcurl counts the connections of each pool of a host apart, and keeps idle ones; the total
 * makes it close those of one pool for the other. */
static void limit_connections(const struct turn *turn, struct engine *engine) {
  if (turn->host_connections != engine->host_connections ||
      turn->all_connections != engine->all_connections) {
    engine->host_connections = turn->host_connections;
    engine->all_connections = turn->all_connections;
    curl_multi_setopt(engine->multi, CURLMOPT_MAX_HOST_CONNECTIONS, turn->host_connections);
    curl_multi_setopt(engine->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, turn->all_connections);
    curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, turn->all_connections);
  }
}

static void start(struct turn *turn, struct engine *engine, struct exchange *x) {
  transfer_choose_pool(&x->transfer, policy_may_share(x->request.effect), x->host_shares);
  transfer_limit_time(&x->transfer, x->deadline - x->admitted);
  if (curl_multi_add_handle(engine->multi, x->transfer.easy) != CURLM_OK) {
    exchange_finish(x, CURLE_OUT_OF_MEMORY, OUTCOME_NONE);
    queue_push(&turn->finished, x);
  }
}

static void take_messages(struct turn *turn, struct engine *engine) {
  const CURLMsg *message;
  int left;
  while ((message = curl_multi_info_read(engine->multi, &left))) {
    struct exchange *x = NULL;
    CURL *easy = message->easy_handle;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&x);
    exchange_finish(x, message->data.result, OUTCOME_NONE);
    curl_multi_remove_handle(engine->multi, easy); /* message is gone with it */
    handles_give(&engine->handles, transfer_detach(&x->transfer));
    queue_push(&turn->finished, x);
  }
}

/* An answer that is there already is worth more than a deadline that has just passed. */
static void take_out(struct turn *turn, struct engine *engine) {
  for (struct exchange *x = turn->stopping; x; x = x->next_stopped) {
    if (x->report.outcome == OUTCOME_NONE) {
      exchange_finish(x, CURLE_OK, x->stop);
      transfer_retire_silent(&x->transfer);
      curl_multi_remove_handle(engine->multi, x->transfer.easy);
      curl_easy_cleanup(transfer_detach(&x->transfer)); /* not to be reset in mid-transfer */
      queue_push(&turn->finished, x);
    }
  }
}

static void perform(struct turn *turn, struct engine *engine) {
  struct exchange *x;
  int running;
  pthread_mutex_lock(&engine->perform);
  limit_connections(turn, engine);
  while ((x = queue_pop(&turn->starting))) {
    start(turn, engine, x);
  }
  curl_multi_perform(engine->multi, &running);
  take_messages(turn, engine);
  take_out(turn, engine);
  pthread_mutex_unlock(&engine->perform);
}

/* --- with the lock: what has come of it ----------------------------------------------- */

static void forget_cancelled(struct engine *engine, struct exchange *x) {
  struct exchange **link = &engine->stopped;
  while (*link && *link != x) {
    link = &(*link)->next_stopped;
  }
  if (*link) {
    *link = x->next_stopped;
  }
}

static void account(struct turn *turn, struct engine *engine) {
  for (struct exchange *x = turn->finished.first; x; x = x->next) {
    struct origin *origin = x->origin;
    if (x->state == STATE_RUNNING) {
      origin_release(origin, x, x->report.http_version);
      engine->news |= origin->waiting[0].first || origin->waiting[1].first;
    }
    timers_remove(&engine->timers, x);
    if (x->cancelling) {
      forget_cancelled(engine, x);
    }
    x->state = STATE_DONE;
    engine->in_flight--;
    engine->finished++;
  }
}

/* Without any lock: a waiter that wakes can go on at once. */
static void notify(struct turn *turn) {
  struct exchange *x;
  while ((x = queue_pop(&turn->finished))) {
    pthread_cond_signal(&x->changed);
    exchange_release(x);
  }
}

/* --- the loop ------------------------------------------------------------------------- */

static bool is_over(const struct engine *engine, const struct exchange *own, double now,
                    double until) {
  if (engine->stopping) {
    return true;
  }
  return own ? own->state == STATE_DONE || now >= until : engine->in_flight == 0;
}

/* How long libcurl may sleep, in milliseconds; it knows its own timers itself. */
static int sleep_milliseconds(const struct engine *engine, double now, double until) {
  enum { LONGEST = 60000 };
  const struct exchange *first = timers_first(&engine->timers);
  if (engine->news) {
    return 0;
  }
  if (first && first->due < until) {
    until = first->due;
  }
  double milliseconds = (until - now) * 1000;
  if (milliseconds <= 0) {
    return 0;
  }
  return milliseconds >= LONGEST ? LONGEST : (int)milliseconds + 1;
}

static void sleep_in_libcurl(struct engine *engine, int milliseconds) {
  if (curl_multi_poll(engine->multi, NULL, 0, milliseconds, NULL) != CURLM_OK) {
    struct timespec little = {.tv_nsec = 5000000}; /* no memory to poll with: not in a circle */
    nanosleep(&little, NULL);
  }
}

/* One turn; returns false when the driver is to leave. */
static bool turn_once(struct engine *engine, struct exchange *own, double until) {
  struct turn turn;
  memset(&turn, 0, sizeof turn);
  take_work(&turn, engine);
  pthread_mutex_unlock(&engine->lock);
  perform(&turn, engine);
  pthread_mutex_lock(&engine->lock);
  account(&turn, engine);
  double now = clock_now();
  bool over = is_over(engine, own, now, until);
  int milliseconds = over ? 0 : sleep_milliseconds(engine, now, until);
  engine->polling = milliseconds > 0;
  pthread_mutex_unlock(&engine->lock);
  notify(&turn);
  if (milliseconds > 0) {
    sleep_in_libcurl(engine, milliseconds);
  }
  pthread_mutex_lock(&engine->lock);
  engine->polling = engine->woken = false;
  return !(over && is_over(engine, own, now, until)); /* more may have come without the lock */
}

void engine_drive(struct engine *engine, struct exchange *own, double until) {
  struct signals signals;
  signals_block(&signals);
  while (turn_once(engine, own, until)) {
  }
  signals_restore(&signals);
}
