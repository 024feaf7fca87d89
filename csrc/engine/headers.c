#include "headers.h"

#include <string.h>

#include "buffer.h"
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
