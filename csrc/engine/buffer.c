#include "buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "secret.h"

enum { SMALLEST = 256 };

/* Grows by copying, not by realloc, which could leave a secret behind in the old place. */
bool buffer_reserve(struct buffer *buffer, size_t extra) {
  if (buffer->failed || extra > SIZE_MAX / 2 - buffer->length - 1) {
    buffer->failed = true;
    return false;
  }
  size_t needed = buffer->length + extra + 1;
  if (needed <= buffer->capacity) {
    return true;
  }
  size_t capacity = buffer->capacity ? buffer->capacity : SMALLEST;
  while (capacity < needed) {
    capacity *= 2;
  }
  char *data = malloc(capacity);
  if (!data) {
    buffer->failed = true;
    return false;
  }
  if (buffer->data) {
    memcpy(data, buffer->data, buffer->length);
    secret_wipe(buffer->data, buffer->length);
    free(buffer->data);
  }
  data[buffer->length] = '\0';
  buffer->data = data;
  buffer->capacity = capacity;
  return true;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
  if (!buffer_reserve(buffer, length)) {
    return false;
  }
  if (length > 0) {
    memcpy(buffer->data + buffer->length, bytes, length);
  }
  buffer->length += length;
  buffer->data[buffer->length] = '\0';
  return true;
}

bool buffer_append_text(struct buffer *buffer, const char *text) {
  return buffer_append(buffer, text, strlen(text));
}

bool buffer_append_byte(struct buffer *buffer, char byte) {
  return buffer_append(buffer, &byte, 1);
}

void buffer_clear(struct buffer *buffer) {
  secret_wipe(buffer->data, buffer->length);
  buffer->length = 0;
  buffer->failed = false;
}

void buffer_free(struct buffer *buffer) {
  secret_wipe(buffer->data, buffer->length);
  free(buffer->data);
  memset(buffer, 0, sizeof *buffer);
}

const char *buffer_text(const struct buffer *buffer) {
  return buffer->data ? buffer->data : "";
}
