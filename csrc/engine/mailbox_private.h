/* mailbox_private.h - a mailbox as the engine's own files see it. All of it is guarded by the lock of
 * its engine; before it has one it is its owner's alone. */
#ifndef SYNTHFLOW_MAILBOX_PRIVATE_H
#define SYNTHFLOW_MAILBOX_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "mailbox.h"

struct engine;

struct mailbox {
  atomic_int references;
  pid_t pid;
  struct engine *engine; /* NULL until the first exchange */
  uint64_t *tickets;     /* a ring, with room for all that are in flight */
  size_t capacity;
  size_t first;
  size_t count;          /* there to be taken */
  size_t in_flight;
  size_t driven;         /* of these, those that its owner drives when it waits */
  bool waited_for;
  int socket;            /* -1: none */
  bool signalled;        /* a byte is on its way */
  pthread_cond_t changed;
};

/* Makes room for one more exchange. false: no memory. */
bool mailbox_expect(struct mailbox *mailbox, bool background);

/* That exchange will not come. */
void mailbox_give_up(struct mailbox *mailbox, bool background);

/* That exchange is done. Who waits is signalled by the caller, without the lock. */
void mailbox_post(struct mailbox *mailbox, uint64_t ticket, bool background);

#endif
