/* buffer.h - a growing run of bytes with an owner, always NUL-terminated.
 *
 * A zeroed struct is an empty buffer. After a failed append the buffer keeps what it had
 * and `failed` stays set, so that a writer may append many times and look once. */
#ifndef SYNTHFLOW_BUFFER_H
#define SYNTHFLOW_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
  char *data; /* NULL while empty, else data[length] == 0 */
  size_t length;
  size_t capacity;
  bool failed; /* memory ran out */
};

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length);
bool buffer_append_text(struct buffer *buffer, const char *text);
bool buffer_append_byte(struct buffer *buffer, char byte);

/* Makes room for `extra` bytes beyond the present length. */
bool buffer_reserve(struct buffer *buffer, size_t extra);

/* Empties the buffer and keeps its memory. */
void buffer_clear(struct buffer *buffer);

/* Wipes and frees: a request body may hold a trunk password. */
void buffer_free(struct buffer *buffer);

/* The text, "" while empty. */
const char *buffer_text(const struct buffer *buffer);

#endif
