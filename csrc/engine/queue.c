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

void queue_push_front(struct queue *queue, struct exchange *exchange) {
  exchange->previous = NULL;
  exchange->next = queue->first;
  if (queue->first) {
    queue->first->previous = exchange;
  } else {
    queue->last = exchange;
  }
  queue->first = exchange;
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
