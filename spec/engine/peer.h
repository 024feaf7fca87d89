/* peer.h - the fault server beside a test program, and the exchanges sent to it. */
#ifndef SYNTHFLOW_SPEC_PEER_H
#define SYNTHFLOW_SPEC_PEER_H

#include "engine.h"

/* Starts it, once, before any thread; it ends with this process. A program that this one
 * executes uses the same. Ends the process with a message when it cannot be started.
 * SYNTHFLOW_BUILD names the build directory. */
void peer_start(void);

/* Settings for http://127.0.0.1:PORT/<fault>/<tag>; over TLS for peer_settings_tls. */
struct settings *peer_settings(const char *fault, const char *tag);
struct settings *peer_settings_tls(const char *fault, const char *tag);

/* Settings for a listener of its own: "tls_stall", "silent" or "refused". */
struct settings *peer_settings_at(const char *listener);

/* A prepared request; the caller submits and releases it. */
struct exchange *peer_request(struct settings *settings, const char *method, enum effect effect,
                              const char *body);

/* Submits and waits for the end. */
void peer_run(struct exchange *exchange);

/* What the server counted under a tag. */
struct peer_count {
  int requests;
  int connections;
};
struct peer_count peer_received(const char *tag);

#endif
