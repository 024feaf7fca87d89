/* queue.h - exchanges in the order they came; any of them can leave at any time. */
#ifndef SYNTHFLOW_QUEUE_H
#define SYNTHFLOW_QUEUE_H

struct exchange;

/* A zeroed queue is empty. An exchange is in one queue at a time. */
struct queue {
  struct exchange *first;
  struct exchange *last;
};

void queue_push(struct queue *queue, struct exchange *exchange);
void queue_return(struct queue *queue, struct exchange *exchange); /* to where it was: by age */
void queue_remove(struct queue *queue, struct exchange *exchange);
struct exchange *queue_pop(struct queue *queue); /* NULL when empty */

#endif
