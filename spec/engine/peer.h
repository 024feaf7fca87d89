/* peer.h - the fault server beside a test program, and the exchanges sent to it. */
#ifndef SYNTHFLOW_SPEC_PEER_H
#define SYNTHFLOW_SPEC_PEER_H

#include "engine.h"

/* Starts it, once, before any thread; it ends with this process. A program that this one
 * executes uses the same. Ends the process with a message when it cannot be started.
 * SYNTHFLOW_BUILD names the build directory. */
void peer_start(void);

/* Settings for http://127.0.0.1:PORT/<fault>/<tag>; for https://localhost:PORT/<fault>/<tag>, where
 * HTTP/1.1 is spoken; for the same where HTTP/2 is, with those who want it. */
struct settings *peer_settings(const char *fault, const char *tag);
struct settings *peer_settings_tls(const char *fault, const char *tag);
struct settings *peer_settings_http2(const char *fault, const char *tag);

/* Settings for a listener of its own: "tls_stall", "silent" or "refused". */
struct settings *peer_settings_at(const char *listener);

/* Settings for any listener ("plain", "tls", "tls_http2", "other" ...) under any name of this
 * machine: each is an origin of its own, with a budget and connections of its own. Over TLS
 * "row0.localhost" to "row99.localhost" will do and "<any>.peer.localhost". A NULL fault: no path. */
struct settings *peer_settings_on(const char *listener, const char *host, const char *fault,
                                  const char *tag);

/* A prepared request; the caller submits and releases it. */
struct exchange *peer_request(struct settings *settings, const char *method, enum effect effect,
                              const char *body);

/* Submits and waits for the end. */
void peer_run(struct exchange *exchange);

/* What the server counted under a tag. */
struct peer_count {
  int requests;
  int refused; /* over HTTP/2: read, and said not to be acted on; not among the requests */
  int connections;
};
struct peer_count peer_received(const char *tag);

/* The requests under a tag, once there are so many or 10 seconds have passed. */
int peer_await_received(const char *tag, int count);

void peer_pause(double seconds);

#endif
