#include "queue.h"

#include <stddef.h>

#include "exchange_private.h"

void queue_push(struct queue *queue, struct exchange *exchange) {
  exchange->previous = queue->last;
  exchange->next = NULL;
  if (queue->last) {
    queue->last->next = exchange;
  } else {
    queue->first = exchange;
  }
  queue->last = exchange;
}

static void insert_before(struct queue *queue, struct exchange *later, struct exchange *exchange) {
  exchange->previous = later->previous;
  exchange->next = later;
  later->previous = exchange;
  if (exchange->previous) {
    exchange->previous->next = exchange;
  } else {
    queue->first = exchange;
  }
}

void queue_return(struct queue *queue, struct exchange *exchange) {
  struct exchange *later = queue->first;
  while (later && later->submitted <= exchange->submitted) {
    later = later->next;
  }
  if (later) {
    insert_before(queue, later, exchange);
  } else {
    queue_push(queue, exchange);
  }
}

void queue_remove(struct queue *queue, struct exchange *exchange) {
  if (exchange->previous) {
    exchange->previous->next = exchange->next;
  } else {
    queue->first = exchange->next;
  }
  if (exchange->next) {
    exchange->next->previous = exchange->previous;
  } else {
    queue->last = exchange->previous;
  }
  exchange->previous = exchange->next = NULL;
}

struct exchange *queue_pop(struct queue *queue) {
  struct exchange *exchange = queue->first;
  if (exchange) {
    queue_remove(queue, exchange);
  }
  return exchange;
}
