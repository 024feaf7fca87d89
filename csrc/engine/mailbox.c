#define _POSIX_C_SOURCE 200809L

#include "mailbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cancellation.h"
#include "clock.h"
#include "engine_private.h"
#include "mailbox_private.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* there the socket itself is told to raise no signal */
#endif

struct mailbox *mailbox_new(void) {
  struct mailbox *mailbox = calloc(1, sizeof *mailbox);
  if (mailbox && clock_condition(&mailbox->changed)) {
    free(mailbox);
    mailbox = NULL;
  }
  if (mailbox) {
    atomic_init(&mailbox->references, 1);
    mailbox->pid = getpid();
    mailbox->socket = -1;
  }
  return mailbox;
}

struct mailbox *mailbox_retain(struct mailbox *mailbox) {
  atomic_fetch_add_explicit(&mailbox->references, 1, memory_order_relaxed);
  return mailbox;
}

static void close_socket(int number) {
  if (number >= 0) {
    close(number);
  }
}

void mailbox_release(struct mailbox *mailbox) {
  if (!mailbox ||
      atomic_fetch_sub_explicit(&mailbox->references, 1, memory_order_acq_rel) != 1) {
    return;
  }
  close_socket(mailbox->socket);
  pthread_cond_destroy(&mailbox->changed);
  free(mailbox->tickets);
  free(mailbox);
}

/* NULL: nobody else knows of it yet, or the engine is another process's. */
static struct engine *lock(const struct mailbox *mailbox) {
  struct engine *engine = mailbox->engine;
  if (!engine_is_ours(engine)) {
    return NULL;
  }
  pthread_mutex_lock(&engine->lock);
  return engine;
}

static void unlock(struct engine *engine) {
  if (engine) {
    pthread_mutex_unlock(&engine->lock);
  }
}

/* A full socket has a byte in it already. */
static void wake(struct mailbox *mailbox) {
  if (mailbox->socket >= 0 && !mailbox->signalled) {
    mailbox->signalled = send(mailbox->socket, "!", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ||
                         errno == EAGAIN || errno == EWOULDBLOCK;
  }
}

void mailbox_set_socket(struct mailbox *mailbox, int number) {
  int before = cancellation_put_off();
  struct engine *engine = lock(mailbox);
  close_socket(mailbox->socket);
  mailbox->socket = number;
  mailbox->signalled = false;
  if (mailbox->count > 0) {
    wake(mailbox);
  }
  unlock(engine);
  cancellation_restore(before);
}

/* The place of the n-th ticket that is there; the capacity is a power of two. */
static size_t place(const struct mailbox *mailbox, size_t n) {
  return (mailbox->first + n) & (mailbox->capacity - 1);
}

static void grow(struct mailbox *mailbox, uint64_t *larger, size_t capacity) {
  for (size_t i = 0; i < mailbox->count; i++) {
    larger[i] = mailbox->tickets[place(mailbox, i)];
  }
  free(mailbox->tickets);
  mailbox->tickets = larger;
  mailbox->capacity = capacity;
  mailbox->first = 0;
}

bool mailbox_expect(struct mailbox *mailbox, bool background) {
  if (mailbox->in_flight + mailbox->count == mailbox->capacity) {
    size_t capacity = mailbox->capacity ? mailbox->capacity * 2 : 16;
    uint64_t *larger = malloc(capacity * sizeof *larger);
    if (!larger) {
      return false;
    }
    grow(mailbox, larger, capacity);
  }
  mailbox->in_flight++;
  mailbox->driven += !background;
  return true;
}

void mailbox_give_up(struct mailbox *mailbox, bool background) {
  mailbox->in_flight--;
  mailbox->driven -= !background;
}

void mailbox_post(struct mailbox *mailbox, uint64_t ticket, bool background) {
  mailbox->tickets[place(mailbox, mailbox->count)] = ticket;
  mailbox->count++;
  mailbox_give_up(mailbox, background);
  wake(mailbox);
}

size_t mailbox_take(struct mailbox *mailbox, uint64_t *tickets, size_t most) {
  int before = cancellation_put_off();
  struct engine *engine = lock(mailbox);
  size_t taken = 0;
  while (engine && taken < most && mailbox->count > 0) {
    tickets[taken++] = mailbox->tickets[mailbox->first];
    mailbox->first = place(mailbox, 1);
    mailbox->count--;
  }
  mailbox->signalled = false;
  if (engine && mailbox->count > 0) {
    wake(mailbox); /* what is left is told of, too */
  }
  unlock(engine);
  cancellation_restore(before);
  return taken;
}

size_t mailbox_mail(struct mailbox *mailbox) {
  struct engine *engine = lock(mailbox);
  size_t mail = engine ? mailbox->count : 0;
  unlock(engine);
  return mail;
}

size_t mailbox_count(struct mailbox *mailbox) {
  struct engine *engine = lock(mailbox);
  size_t count = mailbox->in_flight + mailbox->count;
  unlock(engine);
  return count;
}
