/* retry.h - what follows an attempt: the end, a pause and another attempt, or a redirect. */
#ifndef SYNTHFLOW_RETRY_H
#define SYNTHFLOW_RETRY_H

#include "engine_private.h"

/* Puts an exchange whose attempt has ended on its way again, if policy, retries, deadline and
 * budget allow and nobody wants it to end: true, and it is paused or waiting. The lock is held, the
 * transfer is out of libcurl. */
bool retry_begin(struct engine *engine, struct exchange *exchange, bool unreadable);

/* The pause is over: back into its queue, where its age belongs. */
void retry_resume(struct engine *engine, struct exchange *exchange);

#endif
