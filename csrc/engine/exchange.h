/* exchange.h - one API request from submission to outcome, over all its attempts.
 *
 * Life: exchange_new, fill `request`, engine_submit, engine_wait until WAIT_DONE, read the
 * outcome, exchange_release. The owner alone touches an exchange before submission and after
 * WAIT_DONE; in between it belongs to the engine. References are counted: an owner may
 * release at any time, the engine keeps its own reference until it is done. */
#ifndef SYNTHFLOW_EXCHANGE_H
#define SYNTHFLOW_EXCHANGE_H

#include "buffer.h"
#include "mailbox.h"
#include "settings.h"

/* What a repeat of the operation would do; decides about retries and the HTTP version. */
enum effect {
  EFFECT_READ,       /* nothing */
  EFFECT_IDEMPOTENT, /* the same again */
  EFFECT_CREATES,    /* makes, sends, runs or bills a second one */
  EFFECT_DIALS       /* rings or writes to a person a second time */
};

/* Whether the platform may have acted; of several attempts, the most. */
enum took_effect {
  TOOK_EFFECT_NO,    /* never handed to the wire, or refused with 3xx or 4xx */
  TOOK_EFFECT_MAYBE, /* handed over, then no status line, or 408 or 5xx */
  TOOK_EFFECT_YES    /* a 2xx arrived, whole or not */
};

enum outcome {
  OUTCOME_NONE,      /* not done yet */
  OUTCOME_RESPONSE,  /* a status and its whole body (or, beyond 2xx, the beginning of it) */
  OUTCOME_NETWORK,   /* could not connect, or the connection failed */
  OUTCOME_TIMEOUT,   /* the deadline or the connect timeout passed */
  OUTCOME_TOO_LARGE, /* a 2xx with more than max_response_bytes */
  OUTCOME_CANCELLED, /* engine_cancel */
  OUTCOME_CLOSED,    /* the engine has stopped, or belongs to the process before a fork */
  OUTCOME_NO_MEMORY
};

/* Where an exchange was when it ended. */
enum phase {
  PHASE_QUEUE,   /* waiting: for its turn, for a connection, for the pause before an attempt */
  PHASE_RESOLVE,
  PHASE_CONNECT,
  PHASE_TLS,
  PHASE_SEND,    /* handed to the wire, no answer yet */
  PHASE_RECEIVE, /* the answer has begun */
  PHASE_DONE
};

enum { RETRIES_MOST = 10 };

/* One sending, or the try of one. Seconds; `at` counts from submission. */
struct attempt {
  double at;
  double seconds;
  double started;       /* moment by clock_now */
  int status;           /* 0: no status line */
  enum outcome outcome;
  bool on_wire;
  bool reused;          /* went over a connection that existed before */
};

/* Seconds, each from the start of the last attempt except queue; -1 where it did not come to it. */
struct timing {
  double queue; /* from submission to the first attempt */
  double resolve;
  double connect;
  double tls;
  double first_byte;
  double total; /* from submission */
  bool reused;
};

struct exchange; /* the engine's own view is in exchange_private.h */

/* NULL when memory ran out. Takes a reference of its own to settings. */
struct exchange *exchange_new(struct settings *settings);
struct exchange *exchange_retain(struct exchange *exchange);
void exchange_release(struct exchange *exchange); /* NULL is fine; never blocks on the network */

/* --- before submission -------------------------------------------------------------- */

void exchange_set_effect(struct exchange *exchange, enum effect effect);
void exchange_set_timeout(struct exchange *exchange, double seconds);
void exchange_set_attempt_timeout(struct exchange *exchange, double seconds);
void exchange_set_retries(struct exchange *exchange, int retries); /* 0: once on the wire, at most */
void exchange_set_paced(struct exchange *exchange); /* a call attempt: waits for its turn at calls_per_second */

/* At its end the ticket comes into the mailbox; once for each time that it is done. */
void exchange_set_mailbox(struct exchange *exchange, struct mailbox *mailbox, uint64_t ticket);

/* A status that here means "not acted, and asking again will not help", whatever it usually means. */
void exchange_set_refusal(struct exchange *exchange, int status);
bool exchange_set_method(struct exchange *exchange, const char *method); /* false: not upper-case letters, or too long */
bool exchange_set_key(struct exchange *exchange, const char *key); /* instead of the settings' one; wiped when freed */

/* "Name: value"; the caller has checked both for control characters. */
bool exchange_add_header(struct exchange *exchange, const char *name, const char *value);

/* The URL, begun with the settings' base_url, and the body: append to them. */
struct buffer *exchange_url(struct exchange *exchange);
struct buffer *exchange_body(struct exchange *exchange);
void exchange_use_body(struct exchange *exchange); /* send the body, even an empty one */

/* What would be sent: the method, and the header lines without the key's, appended to `lines`. */
const char *exchange_method(const struct exchange *exchange);
bool exchange_describe_headers(const struct exchange *exchange, struct buffer *lines);
bool exchange_has_body(const struct exchange *exchange);
bool exchange_has_key(const struct exchange *exchange);

/* --- after WAIT_DONE ---------------------------------------------------------------- */

enum outcome exchange_outcome(const struct exchange *exchange);
enum took_effect exchange_took_effect(const struct exchange *exchange);
enum phase exchange_phase(const struct exchange *exchange);
int exchange_status(const struct exchange *exchange);              /* 0: no status line came */
const char *exchange_message(const struct exchange *exchange);     /* "" or what went wrong, no secrets */
const struct buffer *exchange_headers(const struct exchange *exchange); /* raw lines of the last block */
const struct buffer *exchange_response(const struct exchange *exchange); /* raw body, perhaps a part */
const struct timing *exchange_timing(const struct exchange *exchange);
double exchange_retry_after(const struct exchange *exchange);      /* seconds the last answer asked for; -1: none */
bool exchange_was_gone(const struct exchange *exchange);           /* a 404 to a repeated DELETE that had worked */
bool exchange_budget_refused(const struct exchange *exchange);     /* another attempt was not in the budget */
int exchange_http_version(const struct exchange *exchange);        /* 10, 11, 20, 30; 0: unknown */
size_t exchange_attempt_count(const struct exchange *exchange);
const struct attempt *exchange_attempt(const struct exchange *exchange, size_t index);
const struct settings *exchange_settings(const struct exchange *exchange);

#endif
