/* Deadlines come out in order, whatever was added and removed in between. */
#include "timers.h"

#include <stdlib.h>

#include "check.h"
#include "exchange_private.h"

enum { COUNT = 1000 };

int main(void) {
  static struct exchange exchanges[COUNT];
  struct timers timers = {0};
  unsigned seed = 12345;
  CHECK(!timers_first(&timers), "an empty heap has no first");
  for (int i = 0; i < COUNT; i++) {
    seed = seed * 1103515245u + 12345u;
    exchanges[i].due = (double)(seed >> 16 & 0x3ff);
    timers_add(&timers, &exchanges[i]);
  }
  for (int i = 0; i < COUNT; i += 3) {
    timers_remove(&timers, &exchanges[i]);
    timers_remove(&timers, &exchanges[i]); /* not in it any more: nothing happens */
  }
  double last = -1;
  size_t out = 0;
  struct exchange *first;
  while ((first = timers_first(&timers))) {
    if (first->due < last || (first - exchanges) % 3 == 0) {
      break;
    }
    last = first->due;
    timers_remove(&timers, first);
    out++;
  }
  CHECK(out == COUNT - (COUNT + 2) / 3, "%zu came out in order", out);
  free(timers.heap);
  return checks_conclude("timers_test");
}
