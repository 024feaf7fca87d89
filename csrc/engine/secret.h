/* secret.h - forgetting text that must not be found in freed memory. */
#ifndef SYNTHFLOW_SECRET_H
#define SYNTHFLOW_SECRET_H

#include <stddef.h>

/* Overwrites memory in a way that the optimiser keeps. */
void secret_wipe(void *memory, size_t length);

/* Wipes and frees; NULL is fine. */
void secret_free(char *text);

#endif
