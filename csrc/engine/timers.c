#include "timers.h"

#include <stdlib.h>

#include "exchange_private.h"

static void put(struct timers *timers, size_t place, struct exchange *exchange) {
  timers->heap[place] = exchange;
  exchange->timer_place = (ptrdiff_t)place;
}

static bool earlier(const struct exchange *a, const struct exchange *b) {
  return a->due < b->due;
}

static void sift_up(struct timers *timers, size_t place, struct exchange *exchange) {
  while (place > 0) {
    size_t parent = (place - 1) / 2;
    if (!earlier(exchange, timers->heap[parent])) {
      break;
    }
    put(timers, place, timers->heap[parent]);
    place = parent;
  }
  put(timers, place, exchange);
}

static void sift_down(struct timers *timers, size_t place, struct exchange *exchange) {
  for (;;) {
    size_t child = 2 * place + 1;
    if (child >= timers->count) {
      break;
    }
    if (child + 1 < timers->count && earlier(timers->heap[child + 1], timers->heap[child])) {
      child++;
    }
    if (!earlier(timers->heap[child], exchange)) {
      break;
    }
    put(timers, place, timers->heap[child]);
    place = child;
  }
  put(timers, place, exchange);
}

bool timers_add(struct timers *timers, struct exchange *exchange) {
  if (timers->count == timers->capacity) {
    size_t capacity = timers->capacity ? timers->capacity * 2 : 64;
    struct exchange **heap = realloc(timers->heap, capacity * sizeof *heap);
    if (!heap) {
      return false;
    }
    timers->heap = heap;
    timers->capacity = capacity;
  }
  sift_up(timers, timers->count++, exchange);
  return true;
}

void timers_remove(struct timers *timers, struct exchange *exchange) {
  if (exchange->timer_place == NOT_TIMED) {
    return;
  }
  size_t place = (size_t)exchange->timer_place;
  exchange->timer_place = NOT_TIMED;
  struct exchange *last = timers->heap[--timers->count];
  if (last == exchange) {
    return;
  }
  if (place > 0 && earlier(last, timers->heap[(place - 1) / 2])) {
    sift_up(timers, place, last);
  } else {
    sift_down(timers, place, last);
  }
}

void timers_move(struct timers *timers, struct exchange *exchange, double due) {
  timers_remove(timers, exchange);
  exchange->due = due;
  timers_add(timers, exchange); /* into the room that it has just left */
}

struct exchange *timers_first(const struct timers *timers) {
  return timers->count > 0 ? timers->heap[0] : NULL;
}
