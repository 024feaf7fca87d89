/* exchange_private.h - an exchange as the engine's own files see it. */
#ifndef SYNTHFLOW_EXCHANGE_PRIVATE_H
#define SYNTHFLOW_EXCHANGE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "exchange.h"
#include "policy.h"
#include "transfer.h"

struct engine;
struct origin;

enum exchange_state {
  STATE_NEW,     /* the owner fills it */
  STATE_PAUSED,  /* until the next attempt */
  STATE_PACED,   /* in its pacer's queue */
  STATE_WAITING, /* in its origin's queue */
  STATE_RUNNING, /* in libcurl */
  STATE_DONE     /* the owner reads it */
};

enum { ATTEMPTS_MOST = RETRIES_MOST + 2 }; /* the first one, and one redirect */

struct exchange {
  atomic_int references;
  struct settings *settings;
  struct request request;
  struct transfer transfer; /* once running, the driver's alone until done */

  /* Guarded by the engine's lock. */
  enum exchange_state state;
  struct engine *engine;
  struct origin *origin;
  struct pacer *pacer;       /* NULL: not paced */
  struct mailbox *mailbox;   /* NULL: its owner waits for itself */
  uint64_t ticket;
  struct exchange *previous; /* in a queue */
  struct exchange *next;
  struct exchange *next_stopped;
  ptrdiff_t timer_place;
  pthread_cond_t changed; /* done, or a driver is wanted; lives as long as the last reference */
  bool background;        /* its owner will not drive */
  bool waited_for;
  bool host_shares;       /* its host may speak HTTP/2, for all that was known at its start */
  bool sharing;           /* counted as a stream, not as a connection */
  unsigned generation;    /* of the connections it may share */
  enum outcome cancelling; /* OUTCOME_NONE: nobody wants it to end */
  enum outcome stop;       /* why the driver is to take it out of libcurl */
  bool doubtful;           /* and its connection, if it has no answer, is not to be used again */
  double submitted;        /* moments by clock_now */
  double deadline;
  double due;              /* when the engine looks at it next: the deadline, or something before */
  double admitted;         /* the present attempt */
  int retries;             /* made so far */
  struct buffer redirect;  /* where the answer sends it, within the origin */
  bool redirected;

  /* Written before STATE_DONE, then constant. */
  struct transfer_report report;
  enum took_effect took_effect; /* of all attempts together */
  struct attempt attempts[ATTEMPTS_MOST];
  size_t attempt_count;
  bool was_gone;
  bool budget_refused;
};

/* Says what went wrong where libcurl cannot. */
void exchange_explain(struct exchange *exchange, const char *text);

/* Prepares the transfer of the next attempt. false: no memory. */
bool exchange_prepare(struct exchange *exchange, CURL *easy, struct sockets *sockets);

/* What the policy is to know of the last attempt. */
struct observation exchange_observe(const struct exchange *exchange, bool unreadable);

/* Records the attempt that has just ended. For the driver, while the transfer has its handle. */
void exchange_end_attempt(struct exchange *exchange, CURLcode code, enum outcome stopped);

/* Makes way for the next attempt; what all of them have come to stays. */
void exchange_forget_attempt(struct exchange *exchange);

/* Records that it ended without being under way. */
void exchange_end_waiting(struct exchange *exchange, enum outcome outcome);

#endif
