/* Buffers grow, keep what they hold, and say once that memory ran out. */
#include "buffer.h"

#include <stdint.h>
#include <string.h>

#include "check.h"

int main(void) {
  struct buffer buffer = {0};
  CHECK(strcmp(buffer_text(&buffer), "") == 0, "an empty buffer has a text");
  for (int i = 0; i < 5000; i++) {
    buffer_append_byte(&buffer, (char)('a' + i % 26));
  }
  CHECK(buffer.length == 5000 && strlen(buffer_text(&buffer)) == 5000, "%zu", buffer.length);
  CHECK(memcmp(buffer_text(&buffer) + 26, "abcdefghijklmnopqrstuvwxyz", 26) == 0, "kept in growing");
  CHECK(buffer_append(&buffer, "\0x", 2) && buffer.length == 5002, "bytes, not text");
  CHECK(!buffer_reserve(&buffer, SIZE_MAX - 10) && buffer.failed, "an overflow is refused");
  CHECK(!buffer_append_text(&buffer, "x") && buffer.length == 5002, "and stays refused");
  buffer_clear(&buffer);
  CHECK(buffer.length == 0 && buffer_append_text(&buffer, "again"), "cleared, usable again");
  CHECK(strcmp(buffer_text(&buffer), "again") == 0, "%s", buffer_text(&buffer));
  buffer_free(&buffer);
  CHECK(!buffer.data && buffer.capacity == 0, "freed and empty");
  buffer_free(&buffer);
  return checks_conclude("buffer_test");
}
