/* timers.h - exchanges in the order in which they are due: a binary heap. */
#ifndef SYNTHFLOW_TIMERS_H
#define SYNTHFLOW_TIMERS_H

#include <stdbool.h>
#include <stddef.h>

struct exchange;

struct timers {
  struct exchange **heap; /* the earliest first; each knows its place in `timer_place` */
  size_t count;
  size_t capacity;
};

enum { NOT_TIMED = -1 }; /* timer_place of an exchange that is not in the heap */

bool timers_add(struct timers *timers, struct exchange *exchange); /* false: no memory */
void timers_remove(struct timers *timers, struct exchange *exchange); /* or does nothing */
void timers_move(struct timers *timers, struct exchange *exchange, double due); /* in the heap */
struct exchange *timers_first(const struct timers *timers); /* NULL when empty */

#endif
