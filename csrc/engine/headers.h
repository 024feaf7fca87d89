/* headers.h - header lines: those of a request may hold the key, so freeing wipes them. */
#ifndef SYNTHFLOW_HEADERS_H
#define SYNTHFLOW_HEADERS_H

#include <curl/curl.h>
#include <stdbool.h>

#include "buffer.h"

/* Appends name, separator and value as one line. false: no memory, the list is as it was. */
bool headers_add(struct curl_slist **headers, const char *name, const char *separator,
                 const char *value);

void headers_free(struct curl_slist *headers);

/* Seconds until the answer with these header lines wants to be asked again: by retry-after-ms,
 * else by Retry-After, a number of seconds or a date (against the answer's own Date). -1: it does
 * not say. */
double headers_retry_after(const struct buffer *lines);

#endif
