/* tags.h - a set of tags, as many as one connection may see. */
#ifndef FAULT_SERVER_TAGS_H
#define FAULT_SERVER_TAGS_H

#include <stdbool.h>

#include "request.h"

enum { TAGS = 256 };

struct tags {
  size_t count;
  char names[TAGS][sizeof ((struct request *)NULL)->tag];
};

/* True when it was not there. What there is no room for is never there. */
bool tags_add(struct tags *tags, const char *tag);

#endif
