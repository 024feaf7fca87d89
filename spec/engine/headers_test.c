/* When an answer says to come again. */
#include "headers.h"

#include <string.h>

#include "check.h"

#define DATE "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n"

static const struct row {
  const char *lines;
  double seconds;
} rows[] = {
    {"", -1},
    {"HTTP/1.1 429 Too Many\r\n\r\n", -1},
    {"Retry-After: 3\r\n", 3},
    {"retry-after:3\r\n", 3},
    {"RETRY-AFTER: \t 3 \t\r\n", 3},
    {"Retry-After: 0\r\n", 0},
    {"Retry-After: 0.5\r\n", 0.5},
    {"Retry-After: 3\r\nRetry-After: 7\r\n", 7},
    {"Retry-After: 3", 3},
    {"Retry-After:\r\n", -1},
    {"Retry-After: -1\r\n", -1},
    {"Retry-After: +1\r\n", -1},
    {"Retry-After: soon\r\n", -1},
    {"Retry-After: 3 s\r\n", -1},
    {"Retry-After: 1e9\r\n", -1},
    {"Retry-After: inf\r\n", -1},
    {"Retry-After: nan\r\n", -1},
    {"Retry-After: 0x10\r\n", -1},
    {"Retry-After: 4503599627370496\r\n", 4503599627370496},
    {"X-Retry-After: 3\r\n", -1},
    {"Retry-After-Not: 3\r\n", -1},
    {"retry-after-ms: 250\r\n", 0.25},
    {"retry-after-ms: 250\r\nRetry-After: 9\r\n", 0.25},
    {"Retry-After: 9\r\nretry-after-ms: 250.5\r\n", 0.2505},
    {"retry-after-ms: much\r\nRetry-After: 9\r\n", 9},
    {DATE "Retry-After: Tue, 24 Nov 2026 10:00:05 GMT\r\n", 5},
    {"Retry-After: Tue, 24 Nov 2026 10:01:00 GMT\r\n" DATE, 60},
    {DATE "Retry-After: Tue, 24 Nov 2026 09:00:00 GMT\r\n", 0},
    {"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
};

static struct buffer lines_of(const char *text) {
  struct buffer lines = {0};
  buffer_append_text(&lines, text);
  return lines;
}

static void a_long_value_is_no_time(void) {
  struct buffer lines = lines_of("Retry-After: ");
  for (int i = 0; i < 1000; i++) {
    buffer_append_byte(&lines, '1');
  }
  CHECK(headers_retry_after(&lines) == -1, "%f", headers_retry_after(&lines));
  buffer_free(&lines);
}

int main(void) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct buffer lines = lines_of(rows[i].lines);
    double seconds = headers_retry_after(&lines);
    double difference = seconds - rows[i].seconds;
    CHECK(difference < 1e-9 && difference > -1e-9, "%s: %f", rows[i].lines, seconds);
    buffer_free(&lines);
  }
  a_long_value_is_no_time();
  return checks_conclude("headers_test");
}
