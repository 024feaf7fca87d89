/* headers.h - the header lines of a request; they may hold the key, so freeing wipes them. */
#ifndef SYNTHFLOW_HEADERS_H
#define SYNTHFLOW_HEADERS_H

#include <curl/curl.h>
#include <stdbool.h>

/* Appends name, separator and value as one line. false: no memory, the list is as it was. */
bool headers_add(struct curl_slist **headers, const char *name, const char *separator,
                 const char *value);

void headers_free(struct curl_slist *headers);

#endif
