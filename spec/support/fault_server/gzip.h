/* gzip.h - compressed bodies, made by hand: the server needs no compression library. */
#ifndef FAULT_SERVER_GZIP_H
#define FAULT_SERVER_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "stream.h"

/* 100 MiB of zero bytes in about 650 KiB: the length, and the writing of it. */
size_t gzip_bomb_length(void);
bool gzip_bomb_write(struct stream *stream);

/* The text in a gzip envelope, stored; the caller frees it. NULL without memory. */
unsigned char *gzip_stored(const char *text, size_t *length);

#endif
