#include "headers.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "secret.h"

bool headers_add(struct curl_slist **headers, const char *name, const char *separator,
                 const char *value) {
  struct buffer line = {0};
  buffer_append_text(&line, name);
  buffer_append_text(&line, separator);
  buffer_append_text(&line, value);
  struct curl_slist *longer = line.failed ? NULL : curl_slist_append(*headers, line.data);
  buffer_free(&line);
  if (longer) {
    *headers = longer;
  }
  return longer != NULL;
}

void headers_free(struct curl_slist *headers) {
  for (struct curl_slist *line = headers; line; line = line->next) {
    secret_wipe(line->data, strlen(line->data));
  }
  curl_slist_free_all(headers);
}

/* Copies the value of the last line of that name. false: there is none, or it is too long. */
static bool find_value(const struct buffer *lines, const char *name, char *value, size_t size) {
  size_t name_length = strlen(name);
  bool found = false;
  const char *line = buffer_text(lines);
  for (const char *end; *line; line = end + (*end == '\n')) {
    end = line + strcspn(line, "\n");
    if (strncasecmp(line, name, name_length) != 0 || line[name_length] != ':') {
      continue;
    }
    const char *start = line + name_length + 1;
    start += strspn(start, " \t");
    size_t length = (size_t)(end > start ? end - start : 0);
    while (length > 0 && isspace((unsigned char)start[length - 1])) {
      length--;
    }
    found = length > 0 && length < size;
    memcpy(value, start, found ? length : 0);
    value[found ? length : 0] = '\0';
  }
  return found;
}

/* Digits, and perhaps a fraction, whatever the locale; -1: anything else. */
static double read_number(const char *text) {
  double number = 0, place = 1;
  size_t digits = strspn(text, "0123456789");
  if (digits == 0) {
    return -1;
  }
  for (; digits > 0; digits--) {
    number = number * 10 + (*text++ - '0');
  }
  if (*text == '.') {
    for (text++; *text >= '0' && *text <= '9'; text++) {
      number += (*text - '0') * (place /= 10);
    }
  }
  return *text ? -1 : number;
}

static double read_date(const struct buffer *lines, const char *text) {
  char own[64];
  time_t now = find_value(lines, "Date", own, sizeof own) ? curl_getdate(own, NULL) : -1;
  time_t then = curl_getdate(text, NULL);
  if (then == -1) {
    return -1;
  }
  double seconds = difftime(then, now == -1 ? time(NULL) : now);
  return seconds > 0 ? seconds : 0;
}

double headers_retry_after(const struct buffer *lines) {
  char value[64];
  if (find_value(lines, "retry-after-ms", value, sizeof value)) {
    double milliseconds = read_number(value);
    if (milliseconds >= 0) {
      return milliseconds / 1000;
    }
  }
  if (!find_value(lines, "Retry-After", value, sizeof value)) {
    return -1;
  }
  double seconds = read_number(value);
  return seconds >= 0 ? seconds : read_date(lines, value);
}
