/* engine.h - takes exchanges in, drives libcurl's multi handle, lets results out.
 *
 * One engine per process, shared by all threads and Lua states, made by the first
 * submission. Whoever waits drives it while nobody else does; a background thread drives
 * only when exchanges are left and their owners cannot. A forked child makes its own. */
#ifndef SYNTHFLOW_ENGINE_H
#define SYNTHFLOW_ENGINE_H

#include "exchange.h"

enum engine_driver {
  DRIVE_BY_WAITING, /* the submitter is going to call engine_wait */
  DRIVE_BACKGROUND  /* the submitter may not block: the background thread drives */
};

enum engine_wait {
  WAIT_PENDING, /* the time is over, the exchange is not */
  WAIT_DONE,
  WAIT_CLOSED   /* for a mailbox: no mail will come any more */
};

struct engine_stats {
  unsigned long submitted;
  unsigned long finished;
  unsigned long connections_opened;
  size_t in_flight;
  bool thread; /* a background thread exists */
};

/* Hands the exchange to the engine. The deadline starts here. Always ends in an outcome:
 * false only tells that it already has one (no memory, engine stopped), and that no mail comes of it. */
bool engine_submit(struct exchange *exchange, enum engine_driver driver);

/* Waits up to `seconds` (0: looks only) and drives meanwhile if nobody does. */
enum engine_wait engine_wait(struct exchange *exchange, double seconds);

/* The same for a mailbox: WAIT_DONE when there is something to be taken. WAIT_CLOSED when the engine
 * has stopped or belongs to the process before a fork: engine_wait ends each exchange then. */
enum engine_wait engine_wait_mailbox(struct mailbox *mailbox, double seconds);

/* For the owner of one that is done and whose 2xx body it cannot read: true when another attempt is
 * under way, to be waited for as before. False changes nothing. */
bool engine_try_again(struct exchange *exchange);

/* Ends an exchange early; returns at once. It is done soon after, or was before. Nothing
 * happens to one that was never submitted. What is not on the wire yet does not get there. */
void engine_cancel(struct exchange *exchange);

/* The same for many, NULLs among them: none of them begins because another one has ended. */
void engine_cancel_all(struct exchange *const *exchanges, size_t count);

/* Ends all exchanges of these settings with OUTCOME_CLOSED, and each that is submitted later. */
void engine_close(struct settings *settings);

/* Zeros in a process that has no engine. */
void engine_read_stats(struct engine_stats *stats);

#endif
