/* exchange_private.h - an exchange as the engine's own files see it. */
#ifndef SYNTHFLOW_EXCHANGE_PRIVATE_H
#define SYNTHFLOW_EXCHANGE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "exchange.h"
#include "transfer.h"

struct engine;
struct origin;

enum exchange_state {
  STATE_NEW,     /* the owner fills it */
  STATE_WAITING, /* in its origin's queue */
  STATE_RUNNING, /* in libcurl */
  STATE_DONE     /* the owner reads it */
};

struct exchange {
  atomic_int references;
  struct settings *settings;
  struct request request;
  struct transfer transfer; /* once running, the driver's alone until done */

  /* Guarded by the engine's lock. */
  enum exchange_state state;
  struct engine *engine;
  struct origin *origin;
  struct exchange *previous; /* in a queue */
  struct exchange *next;
  struct exchange *next_stopped;
  ptrdiff_t timer_place;
  pthread_cond_t changed; /* done, or a driver is wanted; lives as long as the last reference */
  bool background;        /* its owner will not drive */
  bool waited_for;
  bool host_shares;       /* its host may speak HTTP/2, for all that was known at its start */
  bool sharing;           /* counted as a stream, not as a connection */
  bool cancelling;
  enum outcome stop;      /* why the driver is to take it out of libcurl */
  double submitted;       /* moments by clock_now */
  double deadline;
  double due;             /* when the engine looks at it: the deadline, or the end of connecting */
  double admitted;        /* 0: never */

  /* Written before STATE_DONE, then constant. */
  struct transfer_report report;
  enum took_effect took_effect;
  struct attempt attempt;
};

/* Says what went wrong where libcurl cannot. */
void exchange_explain(struct exchange *exchange, const char *text);

/* Ends an exchange: fills what its owner will read. For the driver, or where there is none. */
void exchange_finish(struct exchange *exchange, CURLcode code, enum outcome stopped);

#endif
