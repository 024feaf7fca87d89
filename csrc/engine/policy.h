/* policy.h - pure decisions, without clock, lock or network. */
#ifndef SYNTHFLOW_POLICY_H
#define SYNTHFLOW_POLICY_H

#include "exchange.h"

/* Whether the platform may have acted, from what was seen of one attempt.
 * on_wire: libcurl came to the point where it hands the request over.
 * status: of the last status line, 0 when none came. */
enum took_effect policy_took_effect(bool on_wire, int status);

/* Whether transfers of this effect may share an HTTP/2 connection. A server that retires
 * such a connection makes some of its requests look lost; what must not be repeated
 * therefore goes over HTTP/1.1, where that is never in doubt. */
bool policy_may_share(enum effect effect);

#endif
