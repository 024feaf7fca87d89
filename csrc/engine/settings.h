/* settings.h - what a client decides for its exchanges: where, as whom, within which limits.
 *
 * Filled by one thread, then never changed; counted references keep it alive for as long as
 * a client or one of its exchanges needs it; the counts alone go on, and what the engine notes
 * under its lock. All text is copied in and owned. */
#ifndef SYNTHFLOW_SETTINGS_H
#define SYNTHFLOW_SETTINGS_H

#include <stdbool.h>
#include <stdatomic.h>
#include <stddef.h>

/* What has come of all its exchanges so far. */
struct counts {
  atomic_ullong requests; /* handed to the wire, each attempt by itself */
  atomic_ullong retries;
  atomic_ullong refused_by_budget;
  atomic_ullong connections_opened;
  atomic_ullong connections_reused;
  atomic_ullong bytes_sent; /* headers and bodies, before TLS; of bodies above 64 KB without headers */
  atomic_ullong bytes_received;
  atomic_ullong in_flight;
};

struct settings {
  atomic_int references;
  atomic_bool closed; /* by engine_close */
  struct counts counts;
  char *base_url;           /* checked, without a slash at its end */
  char *origin;             /* "https://host:443": the queue it waits in, what shares a connection */
  char *host;               /* for messages */
  bool loopback;            /* base_url points to this machine: plain http allowed, no proxy */
  char *api_key;            /* NULL when none is known; wiped when freed */
  char *user_agent;
  char *ca_file;            /* NULL: libcurl's own */
  bool curl_has_ca_file;    /* it has one of its own */
  char *proxy;              /* NULL: from the environment, for https only */
  double timeout;           /* seconds, the whole exchange; default 30 */
  double connect_timeout;   /* seconds, resolve + connect + TLS; default 5 */
  double attempt_timeout;   /* seconds, one attempt of what may be repeated; default 10 */
  double first_pause;       /* seconds, about, before the first retry; default 0.5 */
  long dials_idle;          /* seconds; a connection idle for longer is not trusted with a call; default 15 */
  int retries;              /* at most, after the first attempt; default 2 */
  double calls_per_second;  /* 0: not limited */
  int connections;          /* per host; default 32 */
  const void *counted_at;   /* the engine's: the origin at which so many of its exchanges */
  size_t busy;              /* have a connection each, */
  size_t waiting;           /* or wait for one; another origin is another process's */
  size_t max_response_bytes; /* default 64 MiB */
};

/* NULL when memory ran out. The caller holds one reference. */
struct settings *settings_new(void);
struct settings *settings_retain(struct settings *settings);
void settings_release(struct settings *settings); /* NULL is fine */

/* Replaces *field by a copy of text (NULL clears it). The old text is wiped. */
bool settings_set_text(char **field, const char *text);

/* Checks a base URL and fills base_url, origin, host and loopback. Returns NULL, or what is
 * wrong as a phrase without the URL's own text (it could hold a password). */
const char *settings_set_base_url(struct settings *settings, const char *url);

/* The same for the proxy. */
const char *settings_set_proxy(struct settings *settings, const char *url);

#endif
