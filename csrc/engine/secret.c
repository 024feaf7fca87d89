#include "secret.h"

#include <stdlib.h>
#include <string.h>

/* A call through a volatile pointer cannot be proved to be without effect. */
static void *(*const volatile forget)(void *, int, size_t) = memset;

void secret_wipe(void *memory, size_t length) {
  if (memory && length > 0) {
    forget(memory, 0, length);
  }
}

void secret_free(char *text) {
  if (text) {
    secret_wipe(text, strlen(text));
    free(text);
  }
}
