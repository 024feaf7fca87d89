/* Who comes back to a queue goes where its age belongs. */
#include "queue.h"

#include <string.h>

#include "check.h"
#include "exchange_private.h"

enum { COUNT = 4 };

static struct exchange exchanges[COUNT];

static void name_of(const struct queue *queue, char *order) {
  for (const struct exchange *x = queue->first; x; x = x->next) {
    *order++ = (char)('a' + (x - exchanges));
  }
  *order = '\0';
}

static void check_order(const struct queue *queue, const char *expected) {
  char forward[COUNT + 1], last = queue->last ? (char)('a' + (queue->last - exchanges)) : '\0';
  name_of(queue, forward);
  CHECK(strcmp(forward, expected) == 0, "%s, not %s", forward, expected);
  CHECK(last == (*expected ? expected[strlen(expected) - 1] : '\0'), "the last is %c", last);
}

int main(void) {
  struct queue queue = {0};
  for (int i = 0; i < COUNT; i++) {
    exchanges[i].submitted = i;
  }
  queue_return(&queue, &exchanges[1]);
  check_order(&queue, "b");
  queue_push(&queue, &exchanges[3]);
  queue_return(&queue, &exchanges[2]);
  check_order(&queue, "bcd");
  queue_return(&queue, &exchanges[0]);
  check_order(&queue, "abcd");
  queue_remove(&queue, &exchanges[1]);
  queue_remove(&queue, &exchanges[3]);
  check_order(&queue, "ac");
  queue_return(&queue, &exchanges[3]);
  check_order(&queue, "acd");
  CHECK(queue_pop(&queue) == &exchanges[0], "the oldest first");
  CHECK(queue_pop(&queue) == &exchanges[2], "then the next");
  CHECK(queue_pop(&queue) == &exchanges[3], "then the last");
  CHECK(queue_pop(&queue) == NULL, "nothing is left");
  check_order(&queue, "");
  return checks_conclude("queue_test");
}
