#define _POSIX_C_SOURCE 200809L

#include "engine.h"

#include <math.h>
#include <unistd.h>

#include "cancellation.h"
#include "clock.h"
#include "engine_private.h"
#include "retry.h"
#include "signals.h"

/* --- waking and handing over (the lock is held) --------------------------------------- */

bool engine_must_wake(struct engine *engine) {
  bool wake = engine->polling && !engine->woken;
  engine->news = true;
  engine->woken |= wake;
  return wake;
}

static void *run_in_background(void *data) {
  const struct aim nothing = {0};
  struct engine *engine = data;
  pthread_mutex_lock(&engine->lock);
  while (!engine->stopping) {
    if (!engine->thread_wanted) {
      pthread_cond_wait(&engine->thread_wake, &engine->lock);
      continue;
    }
    engine->thread_wanted = false;
    engine_drive(engine, &nothing, INFINITY);
    engine->driving = false;
  }
  if (engine->thread_wanted) {
    engine->driving = false; /* it was handed over, and not begun */
  }
  engine->thread_exists = false;
  pthread_cond_broadcast(&engine->driver_left);
  pthread_mutex_unlock(&engine->lock);
  return NULL;
}

static bool ensure_thread(struct engine *engine) {
  if (!engine->thread_exists && !engine->stopping) {
    struct signals signals;
    signals_block(&signals);
    engine->thread_exists = pthread_create(&engine->thread, NULL, run_in_background, engine) == 0;
    signals_restore(&signals);
  }
  return engine->thread_exists;
}

static void drive_in_background(struct engine *engine) {
  engine->driving = true;
  engine->thread_wanted = true;
  pthread_cond_signal(&engine->thread_wake);
}

/* Where no thread can be had, one of those who wait must drive. */
static void promote_waiter(struct engine *engine) {
  for (size_t i = 0; i < engine->timers.count; i++) {
    struct exchange *x = engine->timers.heap[i];
    bool for_mail = x->mailbox && x->mailbox->waited_for;
    if (for_mail || x->waited_for) {
      pthread_cond_signal(for_mail ? &x->mailbox->changed : &x->changed);
      return;
    }
  }
}

/* Exchanges that will be driven when the owner of the aim waits again. */
static size_t driven_by(const struct aim *aim) {
  if (aim->mailbox) {
    return aim->mailbox->driven;
  }
  struct exchange *x = aim->exchange;
  return x->mailbox ? x->mailbox->driven : x->state != STATE_DONE && !x->background;
}

/* The driver leaves. Followers are not promoted as long as there is a thread: handing the
 * lead from waiter to waiter costs a third of the rate. */
static void leave(struct engine *engine, const struct aim *aim) {
  engine->driving = false;
  if (engine->stopping) {
    pthread_cond_broadcast(&engine->driver_left);
  } else if (engine->in_flight > driven_by(aim)) {
    if (ensure_thread(engine)) {
      drive_in_background(engine);
    } else {
      promote_waiter(engine);
    }
  }
}

/* --- exchanges ------------------------------------------------------------------------ */

/* Whether its turn can come before its deadline. */
static bool is_in_time(struct exchange *x) {
  if (pacer_start_of(x->pacer, x->pacer->waiting_count, x->submitted) < x->deadline) {
    return true;
  }
  exchange_explain(x, "its turn at calls_per_second would come after its deadline");
  return false;
}

static void join_pacer(struct exchange *x) {
  x->state = STATE_PACED;
  queue_push(&x->pacer->waiting, x);
  x->pacer->waiting_count++;
  x->pacer->users++;
}

/* false: no memory. x->pacer stays NULL where no rate is set for the key. */
static bool find_pacer(struct engine *engine, struct exchange *x) {
  const char *key = x->request.api_key ? x->request.api_key : x->settings->api_key;
  bool failed = false;
  if (x->request.paced) {
    x->pacer = pacer_find(&engine->pacers, pacer_hash(key ? key : ""),
                          x->settings->calls_per_second, x->submitted, &failed);
  }
  return !failed;
}

/* From now on the engine keeps it. false: no memory for its mail. */
static bool hold(struct engine *engine, struct exchange *x) {
  if (x->mailbox && !mailbox_expect(x->mailbox, x->background)) {
    return false;
  }
  exchange_retain(x);
  engine->in_flight++;
  atomic_fetch_add(&x->settings->counts.in_flight, 1);
  return true;
}

/* Takes that back for one that has not gone on its way. */
static void let_go(struct engine *engine, struct exchange *x) {
  if (x->mailbox) {
    mailbox_give_up(x->mailbox, x->background);
  }
  engine->in_flight--;
  atomic_fetch_sub(&x->settings->counts.in_flight, 1);
  exchange_release(x); /* its owner has another */
}

/* A mailbox is of one engine alone. */
static bool is_closed(struct engine *engine, struct exchange *x) {
  if (x->mailbox && !x->mailbox->engine && x->mailbox->pid == engine->pid) {
    x->mailbox->engine = engine;
  }
  return engine->stopping || atomic_load(&x->settings->closed) ||
         (x->mailbox && x->mailbox->engine != engine);
}

/* Puts a prepared exchange into its queue; the lock is held. What prevents it, or NONE. */
static enum outcome enqueue(struct engine *engine, struct exchange *x) {
  if (is_closed(engine, x)) {
    return OUTCOME_CLOSED;
  }
  x->origin = origin_find(&engine->origins, x->settings->origin);
  if (!x->origin || !find_pacer(engine, x) || (x->background && !ensure_thread(engine)) ||
      !timers_add(&engine->timers, x)) {
    return OUTCOME_NO_MEMORY;
  }
  if (x->pacer && !is_in_time(x)) {
    timers_remove(&engine->timers, x);
    return OUTCOME_TIMEOUT;
  }
  if (!hold(engine, x)) {
    timers_remove(&engine->timers, x);
    return OUTCOME_NO_MEMORY;
  }
  engine->submitted++;
  origin_expect(x->origin, x);
  if (x->pacer) {
    join_pacer(x);
  } else {
    x->state = STATE_WAITING;
    origin_push(x->origin, x);
  }
  return OUTCOME_NONE;
}

static bool refuse(struct exchange *x, enum outcome outcome) {
  exchange_end_waiting(x, outcome);
  x->state = STATE_DONE;
  return false;
}

/* Takes back the handle of one that will not be sent, without waiting for the driver, if there is one. */
static void take_back(struct engine *engine, struct exchange *x) {
  CURL *easy = transfer_detach(&x->transfer);
  if (!handles_leave(&engine->handles, easy)) {
    pthread_mutex_lock(&engine->perform);
    handles_collect(&engine->handles);
    handles_give(&engine->handles, easy);
    pthread_mutex_unlock(&engine->perform);
  }
}

/* The driver learns of something new; called with the lock, which is released. */
static void announce(struct engine *engine, bool background) {
  bool wake = engine_must_wake(engine);
  if (background && !engine->driving) {
    drive_in_background(engine);
  }
  pthread_mutex_unlock(&engine->lock);
  if (wake) {
    curl_multi_wakeup(engine->multi);
  }
}

static bool submit(struct exchange *x, enum engine_driver driver) {
  struct engine *engine = engine_obtain();
  x->submitted = clock_now();
  x->deadline = x->due = x->submitted + x->request.timeout;
  x->background = driver == DRIVE_BACKGROUND;
  if (!engine) {
    exchange_explain(x, "memory or file descriptors ran out");
    return refuse(x, OUTCOME_NO_MEMORY);
  }
  if (x->request.url.failed || x->request.body.failed ||
      !exchange_prepare(x, handles_take(&engine->handles), &engine->sockets)) {
    take_back(engine, x);
    return refuse(x, OUTCOME_NO_MEMORY);
  }
  x->engine = engine;
  pthread_mutex_lock(&engine->lock);
  enum outcome fault = enqueue(engine, x);
  if (fault != OUTCOME_NONE) {
    pthread_mutex_unlock(&engine->lock);
    take_back(engine, x);
    x->engine = NULL;
    return refuse(x, fault);
  }
  announce(engine, x->background);
  return true;
}

static bool try_again(struct exchange *x) {
  struct engine *engine = x->engine;
  if (!engine_is_ours(engine)) {
    return false;
  }
  pthread_mutex_lock(&engine->lock);
  bool again = x->state == STATE_DONE && (!x->background || ensure_thread(engine)) &&
               hold(engine, x);
  if (again && !retry_begin(engine, x, true)) {
    let_go(engine, x);
    again = false;
  }
  if (!again) {
    pthread_mutex_unlock(&engine->lock);
    return false;
  }
  engine->finished--;
  announce(engine, x->background);
  return true;
}

static void note_doubt(struct exchange *x) {
  x->took_effect = x->took_effect == TOOK_EFFECT_NO ? TOOK_EFFECT_MAYBE : x->took_effect;
}

/* The engine will not finish it any more. Its transfer stays with libcurl, untouched. */
static void close_unfinished(struct exchange *x) {
  if (x->state == STATE_RUNNING) {
    x->report.outcome = OUTCOME_CLOSED;
    note_doubt(x);
  } else if (x->state != STATE_DONE) {
    exchange_end_waiting(x, OUTCOME_CLOSED);
  }
  x->state = STATE_DONE;
}

static bool is_reached(const struct aim *aim) {
  return aim->mailbox ? aim->mailbox->count > 0 : aim->exchange->state == STATE_DONE;
}

static void follow(struct engine *engine, const struct aim *aim, double until) {
  bool *waited_for = aim->mailbox ? &aim->mailbox->waited_for : &aim->exchange->waited_for;
  *waited_for = true;
  clock_wait(aim->mailbox ? &aim->mailbox->changed : &aim->exchange->changed, &engine->lock, until);
  *waited_for = false;
}

/* Who waited for another driver and leaves may have been the one that was asked to drive: then
 * somebody else must. */
static void wait_locked(struct engine *engine, const struct aim *aim, double until) {
  bool followed = false;
  while (!is_reached(aim) && clock_now() < until && !(engine->stopping && !engine->driving)) {
    if (!engine->driving) {
      engine->driving = true;
      engine_drive(engine, aim, until);
      leave(engine, aim);
    } else {
      follow(engine, aim, until);
      followed = true;
    }
  }
  if (followed && !engine->driving && !engine->stopping) {
    leave(engine, aim);
  }
}

static enum engine_wait wait_for_exchange(struct exchange *x, double seconds) {
  const struct aim aim = {.exchange = x};
  struct engine *engine = x->engine;
  if (!engine) {
    return WAIT_DONE; /* refused at submission */
  }
  if (!engine_is_ours(engine)) {
    close_unfinished(x);
    if (x->report.outcome == OUTCOME_CLOSED) {
      note_doubt(x);
    }
    return WAIT_DONE;
  }
  pthread_mutex_lock(&engine->lock);
  wait_locked(engine, &aim, seconds > 0 ? clock_now() + seconds : 0);
  if (engine->stopping && !engine->driving) {
    close_unfinished(x);
  }
  bool done = x->state == STATE_DONE;
  pthread_mutex_unlock(&engine->lock);
  return done ? WAIT_DONE : WAIT_PENDING;
}

static enum engine_wait wait_for_mail(struct mailbox *mailbox, double seconds) {
  const struct aim aim = {.mailbox = mailbox};
  struct engine *engine = mailbox->engine;
  if (!engine) {
    return mailbox->pid == getpid() ? WAIT_PENDING : WAIT_CLOSED;
  }
  if (!engine_is_ours(engine)) {
    return WAIT_CLOSED;
  }
  pthread_mutex_lock(&engine->lock);
  wait_locked(engine, &aim, seconds > 0 ? clock_now() + seconds : 0);
  bool mail = mailbox->count > 0;
  bool closed = engine->stopping && !engine->driving;
  pthread_mutex_unlock(&engine->lock);
  return mail ? WAIT_DONE : closed ? WAIT_CLOSED : WAIT_PENDING;
}

/* false: there is nothing for the driver to take out. One whose time has just run out is with the
 * driver already; the mark keeps it from another attempt. */
static bool mark(struct engine *engine, struct exchange *x, enum outcome reason) {
  if (x->state == STATE_DONE || x->cancelling != OUTCOME_NONE) {
    return false;
  }
  x->cancelling = reason;
  atomic_store(&x->request.unwanted, true);
  if (x->stop != OUTCOME_NONE) {
    return false;
  }
  x->next_stopped = engine->stopped;
  engine->stopped = x;
  return true;
}

/* Lets the driver take the marked ones out, of which `one` is any, NULL if there are none; called with
 * the lock, which is released. Where nobody drives, one turn is enough, and does not block. */
static void end_marked(struct engine *engine, struct exchange *one) {
  const struct aim aim = {.exchange = one};
  bool wake = one && engine_must_wake(engine);
  if (one && !engine->driving) {
    engine->driving = true;
    engine_drive(engine, &aim, 0);
    leave(engine, &aim);
  }
  pthread_mutex_unlock(&engine->lock);
  if (wake) {
    curl_multi_wakeup(engine->multi);
  }
}

/* Without the registry, for which a fork may have to wait. */
static struct engine *engine_of(struct exchange *const *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (list[i] && engine_is_ours(list[i]->engine)) {
      return list[i]->engine;
    }
  }
  return NULL;
}

static void cancel(struct exchange *const *list, size_t count) {
  struct engine *engine = engine_of(list, count);
  struct exchange *one = NULL; /* any that is to end */
  if (!engine) {
    return;
  }
  pthread_mutex_lock(&engine->lock);
  for (size_t i = 0; i < count && !engine->stopping; i++) {
    struct exchange *x = list[i];
    if (x && x->engine == engine && mark(engine, x, OUTCOME_CANCELLED)) {
      one = x;
    }
  }
  end_marked(engine, one);
}

static void close_all(struct settings *settings) {
  struct engine *engine = engine_here();
  struct exchange *one = NULL; /* any that is to end */
  atomic_store(&settings->closed, true);
  if (!engine) {
    return;
  }
  pthread_mutex_lock(&engine->lock);
  for (size_t i = 0; i < engine->timers.count && !engine->stopping; i++) {
    struct exchange *x = engine->timers.heap[i];
    if (x->settings == settings && mark(engine, x, OUTCOME_CLOSED)) {
      one = one ? one : exchange_retain(x);
    }
  }
  end_marked(engine, one);
  exchange_release(one);
}

void engine_read_stats(struct engine_stats *stats) {
  const struct engine_stats none = {0};
  *stats = none;
  struct engine *engine = engine_here();
  if (!engine) {
    return;
  }
  pthread_mutex_lock(&engine->lock);
  stats->submitted = engine->submitted;
  stats->finished = engine->finished;
  stats->in_flight = engine->in_flight;
  stats->thread = engine->thread_exists;
  pthread_mutex_unlock(&engine->lock);
  stats->connections_opened = sockets_opened(&engine->sockets);
}

/* --- the way in --------------------------------------------------------------------------- */

bool engine_submit(struct exchange *exchange, enum engine_driver driver) {
  int before = cancellation_put_off();
  bool taken = submit(exchange, driver);
  cancellation_restore(before);
  return taken;
}

bool engine_try_again(struct exchange *exchange) {
  int before = cancellation_put_off();
  bool again = try_again(exchange);
  cancellation_restore(before);
  return again;
}

enum engine_wait engine_wait(struct exchange *exchange, double seconds) {
  int before = cancellation_put_off();
  enum engine_wait waited = wait_for_exchange(exchange, seconds);
  cancellation_restore(before);
  return waited;
}

enum engine_wait engine_wait_mailbox(struct mailbox *mailbox, double seconds) {
  int before = cancellation_put_off();
  enum engine_wait waited = wait_for_mail(mailbox, seconds);
  cancellation_restore(before);
  return waited;
}

void engine_cancel_all(struct exchange *const *exchanges, size_t count) {
  int before = cancellation_put_off();
  cancel(exchanges, count);
  cancellation_restore(before);
}

void engine_cancel(struct exchange *exchange) {
  engine_cancel_all(&exchange, 1);
}

void engine_close(struct settings *settings) {
  int before = cancellation_put_off();
  close_all(settings);
  cancellation_restore(before);
}
