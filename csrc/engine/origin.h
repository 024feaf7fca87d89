/* origin.h - what the engine knows of one scheme, host and port: who waits for it, how many
 * transfers it has, whether it speaks HTTP/2. The queue is ours, not libcurl's: that one
 * fires deadlines late and costs memory and time for each transfer in it. */
#ifndef SYNTHFLOW_ORIGIN_H
#define SYNTHFLOW_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "policy.h"
#include "queue.h"

enum { ORIGIN_STREAMS = 100 }; /* at once over an HTTP/2 connection */

enum origin_http {
  HTTP_UNKNOWN, /* until a transfer that could share has ended */
  HTTP_1,       /* each transfer needs a connection of its own */
  HTTP_2
};

struct origin {
  struct origin *next;
  struct queue waiting[2]; /* [1]: those that may share a connection */
  size_t waiting_count;    /* in both */
  size_t exclusive; /* running transfers that need a connection each */
  size_t sharing;   /* running transfers that share the HTTP/2 connection */
  enum origin_http http;
  long connections; /* the largest limit that a client asked for */
  bool turn_wanted; /* in this turn of the driver, one that shares with nobody was refused */
  bool shared_next; /* such a one has had its turn: now it is for those who share */
  unsigned generation; /* of the connections that are shared: those before get no more streams */
  double answered;     /* when a stream of this generation last was, by clock_now */
  unsigned silent;     /* streams of this generation that ended without an answer */
  struct budget budget;
  char name[];
};

/* Finds or makes the origin in a list; NULL when memory ran out. Never removed: a process
 * talks to a handful of them. */
struct origin *origin_find(struct origin **list, const char *name);

/* Makes room for as many connections as the exchange's client asks for. */
void origin_expect(struct origin *origin, const struct exchange *exchange);

/* To be called at the beginning of each turn of the driver. */
void origin_begin_turn(struct origin *origin);

/* Put it into the queue; the second one where its age belongs. */
void origin_push(struct origin *origin, struct exchange *exchange);
void origin_return(struct origin *origin, struct exchange *exchange);
void origin_remove(struct origin *origin, struct exchange *exchange); /* while it waits */

/* Takes the first waiting exchange that may start now, counted as started; NULL: none may. */
struct exchange *origin_admit(struct origin *origin);

/* The same for an exchange that is in no queue. false: it may not start now. */
bool origin_admit_this(struct origin *origin, struct exchange *exchange);

/* Whether the connection of one that is under way, and has no answer, may have died silently: no other
 * that shares was answered since this one went out, or this happens again and again. */
bool origin_doubts(const struct origin *origin, const struct exchange *exchange);

/* Uncounts one that origin_admit gave, whose attempt has been reported. If it ran out of time on a shared
 * connection that is in doubt, a new generation begins: while the old connection has streams libcurl would
 * give it more. */
void origin_release(struct origin *origin, struct exchange *exchange, double now);

#endif
