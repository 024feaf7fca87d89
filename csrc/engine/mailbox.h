/* mailbox.h - finished exchanges of many, one after the other: for an owner that waits for whichever
 * comes next, by engine_wait_mailbox or in an event loop by a descriptor.
 *
 * A mailbox is one thread's, in the process that made it. It belongs to the engine that its first exchange
 * was given to. */
#ifndef SYNTHFLOW_MAILBOX_H
#define SYNTHFLOW_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mailbox;

struct mailbox *mailbox_new(void); /* NULL when memory ran out; the caller holds one reference */
struct mailbox *mailbox_retain(struct mailbox *mailbox);
void mailbox_release(struct mailbox *mailbox); /* NULL is fine */

/* From now on a byte is sent to this socket when mail comes after all mail had been taken, and when a
 * taking leaves some. The mailbox owns it and closes it. -1: none. */
void mailbox_set_socket(struct mailbox *mailbox, int socket);

/* Takes the tickets of exchanges that are done, in the order they ended, `most` at the most; returns
 * how many. Whoever polls a descriptor reads all bytes from it before. */
size_t mailbox_take(struct mailbox *mailbox, uint64_t *tickets, size_t most);

/* How many can be taken now, at the least. */
size_t mailbox_mail(struct mailbox *mailbox);

/* How many of its exchanges are not done, or done and not taken. */
size_t mailbox_count(struct mailbox *mailbox);

#endif
