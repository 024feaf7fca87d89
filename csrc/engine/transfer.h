/* transfer.h - one libcurl transfer: its options, its capped buffers, and the guard against
 * a second sending.
 *
 * libcurl by itself sends any request again, POST too, when a reused connection dies
 * unanswered. Its prerequest callback runs each time the request is about to be handed to
 * the wire: the first time is counted, the second is refused. Never called means, for
 * certain, never sent. */
#ifndef SYNTHFLOW_TRANSFER_H
#define SYNTHFLOW_TRANSFER_H

#include <stdatomic.h>

#include <curl/curl.h>

#include "exchange.h"
#include "sockets.h"

struct request {
  enum effect effect;
  double timeout;         /* seconds */
  double attempt_timeout; /* seconds */
  int retries;
  int refusal; /* a status that means "not acted" here; 0: none */
  bool paced;
  char method[16];
  struct buffer url;
  struct buffer body;
  bool has_body;
  atomic_bool unwanted; /* its owner has ended it: what is not on the wire must not get there */
  char *api_key; /* NULL: that of the settings */
  struct curl_slist *headers;
};

struct transfer {
  CURL *easy;
  const struct request *request;
  struct curl_slist *headers; /* all of them, the key's too; wiped when freed */
  struct buffer response_headers; /* lines of the last response, without earlier 1xx ones */
  struct buffer response;
  size_t response_limit;
  bool headers_ended; /* the empty line behind them has come */
  bool over_limit;
  bool no_memory;
  bool https;
  struct sockets *sockets;
  curl_socket_t socket; /* the last one that was opened for it */
  bool fresh; /* a connection was opened for it before it was handed to the wire */
  unsigned sendings; /* how often libcurl was about to hand the request to the wire */
  char error[CURL_ERROR_SIZE];
};

/* What one transfer came to. */
struct transfer_report {
  enum outcome outcome;
  enum phase phase;
  int status;
  int http_version;
  double retry_after;   /* seconds; -1: the answer does not say */
  bool connected;       /* a connection was opened for it */
  unsigned long long bytes_sent;
  unsigned long long bytes_received;
  struct timing timing; /* queue and total are the exchange's */
};

/* The header lines that a request would have, each ended by a newline, without the key's. */
bool transfer_describe_headers(const struct request *request, const struct settings *settings,
                               struct buffer *lines);

/* Sets everything but time and pool on a handle that has no option set and that the transfer
 * owns from now on. false: no memory, as also NULL for the handle means. request, settings and
 * sockets must outlive the transfer. */
bool transfer_prepare(struct transfer *transfer, CURL *easy, const struct request *request,
                      const struct settings *settings, struct sockets *sockets);

/* Which connections it may use. may_share: an HTTP/2 one together with others of the generation, else
 * one of HTTP/1.1 alone. host_shares: the host may speak HTTP/2, so that the first kind waits for the
 * connection that shows it, and the second kind has connections of its own. */
void transfer_choose_pool(struct transfer *transfer, bool may_share, bool host_shares,
                          unsigned generation);

/* The rest of the time, as a backstop: the engine's own deadline comes first. */
void transfer_limit_time(struct transfer *transfer, double seconds);

/* After libcurl ended it with `code`, or (`stopped` not OUTCOME_NONE) before it is taken out. */
void transfer_report(struct transfer *transfer, CURLcode code, enum outcome stopped,
                     struct transfer_report *report);

/* Where a redirect leads, while the handle is there; NULL: it does not. libcurl's own text. */
const char *transfer_redirect(const struct transfer *transfer);

/* Keeps a connection that gave no answer from being used again: it may have died silently.
 * To be called before the handle leaves libcurl. */
void transfer_retire_silent(struct transfer *transfer);

/* Gives the easy handle away, after it left the multi handle; what was received stays. */
CURL *transfer_detach(struct transfer *transfer);

/* Forgets all of a transfer that has left libcurl: the next attempt prepares it anew. */
void transfer_reset(struct transfer *transfer);

void transfer_free(struct transfer *transfer);

#endif
