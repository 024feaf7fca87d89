#include "tags.h"

#include <string.h>

bool tags_add(struct tags *tags, const char *tag) {
  for (size_t index = 0; index < tags->count; index++) {
    if (strcmp(tags->names[index], tag) == 0) {
      return false;
    }
  }
  if (tags->count < TAGS) {
    snprintf(tags->names[tags->count++], sizeof tags->names[0], "%s", tag);
  }
  return true;
}
