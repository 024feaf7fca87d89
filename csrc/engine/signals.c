#define _POSIX_C_SOURCE 200809L

#include "signals.h"

#include <pthread.h>

static bool pipe_is_pending(void) {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

static void take_pipe(void) {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
#if defined(__APPLE__) || defined(__OpenBSD__)
  int taken;
  sigwait(&pipe, &taken); /* returns at once: it is pending */
#else
  const struct timespec at_once = {0}; /* another thread may have taken one that was for the process */
  sigtimedwait(&pipe, NULL, &at_once);
#endif
}

void signals_block(struct signals *signals) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP, SIGABRT};
  sigset_t all;
  sigfillset(&all);
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    sigdelset(&all, faults[i]);
  }
  signals->pipe_pending = pipe_is_pending();
  pthread_sigmask(SIG_BLOCK, &all, &signals->before);
}

void signals_restore(const struct signals *signals) {
  if (!signals->pipe_pending && sigismember(&signals->before, SIGPIPE) == 0 && pipe_is_pending()) {
    take_pipe();
  }
  pthread_sigmask(SIG_SETMASK, &signals->before, NULL);
}
