/* drive.c - the loop that moves exchanges through libcurl. One thread at a time is in it. */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "engine_private.h"
#include "retry.h"
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

static void leave_queue(struct exchange *x) {
  if (x->state == STATE_WAITING) {
    origin_remove(x->origin, x);
  } else if (x->state == STATE_PACED) {
    queue_remove(&x->pacer->waiting, x);
    x->pacer->waiting_count--;
  } else if (x->pacer) {
    x->pacer->paused_count--;
  }
}

static void stop(struct turn *turn, struct engine *engine, struct exchange *x,
                 enum outcome reason) {
  timers_remove(&engine->timers, x);
  x->stop = reason;
  if (x->state == STATE_RUNNING) {
    x->doubtful = origin_doubts(x->origin, x);
    x->next_stopped = turn->stopping;
    turn->stopping = x;
  } else {
    leave_queue(x);
    exchange_end_waiting(x, reason);
    queue_push(&turn->finished, x);
  }
}

static void take_cancelled(struct turn *turn, struct engine *engine) {
  struct exchange *x = engine->stopped;
  engine->stopped = NULL;
  while (x) {
    struct exchange *next = x->next_stopped;
    stop(turn, engine, x, x->cancelling);
    x = next;
  }
}

static double earlier(double a, double b) {
  return a < b ? a : b;
}

/* The times for connecting and for one attempt run here, not in libcurl: there, transfers that
 * wait for one another's connection would wait for one such time after the other. What shares a
 * connection may wait for a stream of it, which is no connecting. */
static double attempt_end(const struct exchange *x) {
  return policy_may_share(x->request.effect) ? x->admitted + x->request.attempt_timeout : INFINITY;
}

static double connecting_end(const struct exchange *x) {
  bool connecting = !x->sharing && x->transfer.sendings == 0;
  return connecting ? x->admitted + x->settings->connect_timeout : INFINITY;
}

static double running_end(const struct exchange *x) {
  return earlier(x->deadline, earlier(attempt_end(x), connecting_end(x)));
}

static void take_expired(struct turn *turn, struct engine *engine, double now) {
  struct exchange *x;
  while ((x = timers_first(&engine->timers)) && x->due <= now) {
    if (now < x->deadline && x->state == STATE_PAUSED) {
      retry_resume(engine, x);
    } else if (x->state == STATE_RUNNING && now < running_end(x)) {
      timers_move(&engine->timers, x, running_end(x)); /* it has connected in time */
    } else {
      stop(turn, engine, x, OUTCOME_TIMEOUT);
    }
  }
}

static void admitted(struct turn *turn, struct engine *engine, struct exchange *x, double now) {
  x->state = STATE_RUNNING;
  x->admitted = now;
  timers_move(&engine->timers, x, running_end(x));
  queue_push(&turn->starting, x);
}

/* Those whose turn would come after their deadline: no use in waiting for it. */
static void take_hopeless(struct turn *turn, struct engine *engine, struct pacer *pacer,
                          double now) {
  size_t ahead = 0;
  struct exchange *x, *next;
  for (x = pacer->waiting.first; x; x = next) {
    next = x->next;
    if (pacer_start_of(pacer, ahead, now) < x->deadline) {
      ahead++;
    } else {
      exchange_explain(x, "its turn at calls_per_second would come after its deadline");
      stop(turn, engine, x, OUTCOME_TIMEOUT);
    }
  }
  pacer->delayed = false;
}

static void take_paced(struct turn *turn, struct engine *engine, double now) {
  for (struct pacer *pacer = engine->pacers; pacer; pacer = pacer->next) {
    struct exchange *x;
    if (pacer->delayed) {
      take_hopeless(turn, engine, pacer, now);
    }
    pacer->blocked = false;
    while (!pacer->blocked && (x = pacer->waiting.first) && pacer_next_start(pacer) <= now) {
      pacer->blocked = !origin_admit_this(x->origin, x);
      if (!pacer->blocked) {
        leave_queue(x);
        pacer_started(pacer, now);
        admitted(turn, engine, x, now);
      }
    }
  }
}

static void take_admitted(struct turn *turn, struct engine *engine, double now) {
  for (struct origin *origin = engine->origins; origin; origin = origin->next) {
    struct exchange *x;
    while ((x = origin_admit(origin))) {
      admitted(turn, engine, x, now);
    }
  }
}

static void begin_turn(struct turn *turn, struct engine *engine) {
  engine->news = false;
  for (struct origin *origin = engine->origins; origin; origin = origin->next) {
    origin_begin_turn(origin);
    turn->all_connections += origin->connections;
    if (origin->connections > turn->host_connections) {
      turn->host_connections = origin->connections;
    }
  }
}

/* A turn of an owner that only ends something, and one at the exit, starts nothing: what waits for a
 * connection may be the next that is ended. */
static void take_work(struct turn *turn, struct engine *engine, bool starts) {
  double now = clock_now();
  begin_turn(turn, engine);
  take_cancelled(turn, engine);
  take_expired(turn, engine, now);
  if (starts && !engine->stopping) {
    take_paced(turn, engine, now);
    take_admitted(turn, engine, now);
  }
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

/* The first attempt was prepared at its submission. */
static bool is_prepared(struct engine *engine, struct exchange *x) {
  return x->attempt_count == 0 ||
         exchange_prepare(x, handles_take(&engine->handles), &engine->sockets);
}

static void give_up(struct turn *turn, struct engine *engine, struct exchange *x) {
  exchange_end_attempt(x, CURLE_OUT_OF_MEMORY, OUTCOME_NONE);
  handles_give(&engine->handles, transfer_detach(&x->transfer));
  queue_push(&turn->finished, x);
}

static void start(struct turn *turn, struct engine *engine, struct exchange *x) {
  if (!is_prepared(engine, x)) {
    give_up(turn, engine, x);
    return;
  }
  transfer_choose_pool(&x->transfer, policy_may_share(x->request.effect), x->host_shares,
                       x->generation);
  transfer_limit_time(&x->transfer, x->deadline - x->admitted);
  if (curl_multi_add_handle(engine->multi, x->transfer.easy) != CURLM_OK) {
    give_up(turn, engine, x);
  }
}

/* Those that ended before they were started have a handle still. */
static void take_back_unused(struct turn *turn, struct engine *engine) {
  for (struct exchange *x = turn->finished.first; x; x = x->next) {
    handles_give(&engine->handles, transfer_detach(&x->transfer));
  }
}

static void take_messages(struct turn *turn, struct engine *engine) {
  const CURLMsg *message;
  int left;
  while ((message = curl_multi_info_read(engine->multi, &left))) {
    struct exchange *x = NULL;
    CURL *easy = message->easy_handle;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&x);
    exchange_end_attempt(x, message->data.result, OUTCOME_NONE);
    curl_multi_remove_handle(engine->multi, easy); /* message is gone with it */
    handles_give(&engine->handles, transfer_detach(&x->transfer));
    queue_push(&turn->finished, x);
  }
}

/* What is not on the wire yet must not get there any more; for the others, an answer that is there
 * already is worth more than a deadline that has just passed. */
static void take_out(struct turn *turn, struct engine *engine, bool only_unsent) {
  for (struct exchange *x = turn->stopping; x; x = x->next_stopped) {
    if (x->report.outcome == OUTCOME_NONE && !(only_unsent && x->transfer.sendings > 0)) {
      exchange_end_attempt(x, CURLE_OK, x->stop);
      if (x->doubtful) {
        transfer_retire_silent(&x->transfer);
      }
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
  handles_collect(&engine->handles);
  take_back_unused(turn, engine);
  while ((x = queue_pop(&turn->starting))) {
    start(turn, engine, x);
  }
  take_out(turn, engine, true);
  curl_multi_perform(engine->multi, &running);
  take_messages(turn, engine);
  take_out(turn, engine, false);
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

/* What an attempt tells about its origin and its pacer. */
static void account_attempt(struct engine *engine, struct exchange *x) {
  struct origin *origin = x->origin;
  origin_release(origin, x, clock_now());
  engine->news |= engine->pacers || origin->waiting[0].first || origin->waiting[1].first;
  if (x->report.status >= 200 && x->report.status < 300) {
    budget_return(&origin->budget);
  }
  if (x->pacer) {
    pacer_answered(x->pacer, x->report.status, x->report.retry_after, clock_now());
  }
}

/* Timed out, or not sent as it was unwanted already: what its owner wanted. */
static void note_cancelled(struct exchange *x) {
  struct attempt *last = x->attempt_count > 0 ? &x->attempts[x->attempt_count - 1] : NULL;
  if (last && x->report.outcome == OUTCOME_NETWORK && !last->on_wire) {
    last->outcome = x->report.outcome = x->cancelling;
    exchange_explain(x, "");
  } else if (x->report.outcome == OUTCOME_TIMEOUT) {
    x->report.outcome = x->cancelling;
  }
}

static void account_end(struct engine *engine, struct exchange *x) {
  timers_remove(&engine->timers, x);
  if (x->cancelling != OUTCOME_NONE) {
    forget_cancelled(engine, x);
    note_cancelled(x);
  }
  if (x->pacer) {
    x->pacer->users--;
    x->pacer = NULL;
  }
  x->state = STATE_DONE;
  if (x->mailbox) {
    mailbox_post(x->mailbox, x->ticket, x->background);
  }
  engine->in_flight--;
  engine->finished++;
  atomic_fetch_sub(&x->settings->counts.in_flight, 1);
}

static void account(struct turn *turn, struct engine *engine) {
  struct queue ended = {0};
  struct exchange *x;
  while ((x = queue_pop(&turn->finished))) {
    bool again = false;
    if (x->state == STATE_RUNNING) {
      account_attempt(engine, x);
      again = retry_begin(engine, x, false);
      engine->news |= again;
    }
    if (!again) {
      account_end(engine, x);
      queue_push(&ended, x);
    }
  }
  turn->finished = ended;
}

/* Without any lock: a waiter that wakes can go on at once. */
static void notify(struct turn *turn) {
  struct exchange *x;
  while ((x = queue_pop(&turn->finished))) {
    pthread_cond_signal(&x->changed);
    if (x->mailbox) {
      pthread_cond_signal(&x->mailbox->changed);
    }
    exchange_release(x);
  }
}

/* --- the loop ------------------------------------------------------------------------- */

static bool is_over(const struct engine *engine, const struct aim *aim, double now, double until) {
  if (engine->stopping) {
    return true;
  }
  if (aim->exchange) {
    return aim->exchange->state == STATE_DONE || now >= until;
  }
  return aim->mailbox ? aim->mailbox->count > 0 || now >= until : engine->in_flight == 0;
}

/* How long libcurl may sleep, in milliseconds; it knows its own timers itself. */
static int sleep_milliseconds(const struct engine *engine, double now, double until) {
  enum { LONGEST = 60000 };
  const struct exchange *first = timers_first(&engine->timers);
  if (engine->news) {
    return 0;
  }
  if (first) {
    until = earlier(until, first->due);
  }
  for (const struct pacer *pacer = engine->pacers; pacer; pacer = pacer->next) {
    if (pacer->waiting.first && !pacer->blocked) {
      until = earlier(until, pacer_next_start(pacer));
    }
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
static bool turn_once(struct engine *engine, const struct aim *aim, double until) {
  struct turn turn;
  memset(&turn, 0, sizeof turn);
  take_work(&turn, engine, until > 0);
  pthread_mutex_unlock(&engine->lock);
  perform(&turn, engine);
  pthread_mutex_lock(&engine->lock);
  account(&turn, engine);
  double now = clock_now();
  bool over = is_over(engine, aim, now, until);
  int milliseconds = over ? 0 : sleep_milliseconds(engine, now, until);
  engine->polling = milliseconds > 0;
  pthread_mutex_unlock(&engine->lock);
  notify(&turn);
  if (milliseconds > 0) {
    sleep_in_libcurl(engine, milliseconds);
  }
  pthread_mutex_lock(&engine->lock);
  engine->polling = engine->woken = false;
  return !(over && is_over(engine, aim, now, until)); /* more may have come without the lock */
}

void engine_drive(struct engine *engine, const struct aim *aim, double until) {
  struct signals signals;
  signals_block(&signals);
  while (turn_once(engine, aim, until)) {
  }
  signals_restore(&signals);
}
