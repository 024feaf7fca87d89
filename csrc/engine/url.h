/* url.h - what a base URL may be. */
#ifndef SYNTHFLOW_URL_H
#define SYNTHFLOW_URL_H

#include <stdbool.h>

/* The parts of a base URL, each owned by the caller, freed with url_free. */
struct url {
  char *base;    /* the URL without a slash at its end */
  char *origin;  /* scheme, host and port: what shares a connection */
  char *host;    /* "host", with ":port" where it is not the scheme's own */
  bool loopback; /* the host is this machine, whatever the resolver says */
};

/* Reads a base URL: https, or http to this machine alone; no user, query or fragment.
 * Returns NULL, or what is wrong, as a phrase that shows nothing of the URL. */
const char *url_parse_base(struct url *url, const char *text);

/* Whether a URL leads to that origin, as `struct url` has it, and holds no user. */
bool url_is_at(const char *origin, const char *text);

/* Checks a proxy's URL; "host:port" is one too. Returns NULL, or what is wrong, as a phrase. */
const char *url_check_proxy(const char *text);

void url_free(struct url *url);

#endif
