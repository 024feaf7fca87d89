/* engine_private.h - the engine as its own files see it.
 *
 * Two locks, and a third inside `handles` under which at most a handle is made. `lock` guards the
 * lists, the timers, the flags and every exchange's state; it is never held over a call of
 * libcurl. `perform` surrounds every call of libcurl that works on the multi handle, polling
 * apart; a fork takes it, so that no lock inside libcurl or OpenSSL is held by another thread
 * at that moment. Who holds `perform` does not wait for `lock` while a fork is under way:
 * forking takes only the registry, `perform` and that of `handles`, in this order. */
#ifndef SYNTHFLOW_ENGINE_PRIVATE_H
#define SYNTHFLOW_ENGINE_PRIVATE_H

#include <pthread.h>
#include <sys/types.h>

#include "engine.h"
#include "exchange_private.h"
#include "handles.h"
#include "mailbox_private.h"
#include "origin.h"
#include "pacer.h"
#include "sockets.h"
#include "timers.h"

struct engine {
  pid_t pid;
  struct engine *abandoned; /* of the process before the fork: kept, never touched */

  pthread_mutex_t perform;
  CURLM *multi;
  struct sockets sockets;
  struct handles handles;
  long host_connections; /* the limits that libcurl has now: to one host, */
  long all_connections;  /* and in all */

  pthread_mutex_t lock;
  struct origin *origins;
  struct pacer *pacers;
  struct timers timers;
  struct exchange *stopped; /* cancelled ones that the driver has not seen yet */
  size_t in_flight;
  unsigned long submitted;
  unsigned long finished;
  unsigned short random[3]; /* for the pauses */
  bool driving;  /* somebody does, or the background thread is about to */
  bool polling;  /* the driver sleeps in libcurl */
  bool woken;    /* and has been woken already */
  bool news;     /* something came that the driver has not looked at */
  bool stopping;

  bool thread_exists;
  bool thread_wanted;
  pthread_t thread;
  pthread_cond_t thread_wake;
  pthread_cond_t driver_left;
};

/* Whether this is the engine of this process; not of the one before a fork. */
bool engine_is_ours(const struct engine *engine);

/* The engine of this process; NULL when it has none. */
struct engine *engine_here(void);

/* The same, made if need be; NULL when that cannot be done. */
struct engine *engine_obtain(void);

/* Whether the driver must be woken after the lock, which is held, is released. */
bool engine_must_wake(struct engine *engine);

/* What somebody waits for, and drives: one exchange or mail, or neither. */
struct aim {
  struct exchange *exchange;
  struct mailbox *mailbox;
};

/* Drives until the aim is reached or `until` has come; without an aim, until nothing is in flight.
 * The lock is held on entry and on return, `driving` is set and stays so. */
void engine_drive(struct engine *engine, const struct aim *aim, double until);

#endif
