/* signals.h - keeping the host's signals away from threads that work for the engine. */
#ifndef SYNTHFLOW_SIGNALS_H
#define SYNTHFLOW_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

struct signals {
  sigset_t before;
  bool pipe_pending; /* a SIGPIPE of the host's own was waiting */
};

/* Blocks all signals in this thread, and so in those that it starts: libcurl's resolver
 * threads inherit the mask. Signals that a fault of the thread itself raises stay, for the
 * host's crash handler. */
void signals_block(struct signals *signals);

/* Undoes it, without the SIGPIPE that writing to a closed connection may have left: libcurl
 * before 7.87 does not prevent it. */
void signals_restore(const struct signals *signals);

#endif
