/* cancellation.h - a thread that is cancelled (pthread_cancel) inside of the engine would leave a lock
 * behind, or nobody who drives: what others enter by puts it off until they are out again. */
#ifndef SYNTHFLOW_CANCELLATION_H
#define SYNTHFLOW_CANCELLATION_H

#include <pthread.h>

static inline int cancellation_put_off(void) {
  int before = PTHREAD_CANCEL_ENABLE;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  return before;
}

static inline void cancellation_restore(int before) {
  pthread_setcancelstate(before, &before);
}

#endif
