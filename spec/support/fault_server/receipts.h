/* receipts.h - what the server has received, counted by tag.
 *
 * A request is counted when its last byte has been read and before the first byte of its
 * answer is written: whoever has the answer, or has seen the connection end, finds it here. */
#ifndef FAULT_SERVER_RECEIPTS_H
#define FAULT_SERVER_RECEIPTS_H

#include <stdio.h>

/* A connection was accepted by the listener of this name. */
void receipts_connection(const char *listener);

/* A request line with its headers; `first`: the first one of this tag on its connection;
 * `authorized`: with an Authorization header. */
void receipts_head(const char *tag, int first, int authorized);

/* A connection that carried this tag has been closed. */
void receipts_end(const char *tag);

/* A whole request. */
void receipts_request(const char *tag, const char *method, size_t body_length);

/* One that was told that it has not been acted on: this is not among the requests. */
void receipts_refused(const char *tag);

/* Whole requests so far, with those that were refused. */
unsigned long receipts_requests(const char *tag);

/* The counts as JSON: of one tag (zeros when it is unknown), or of all that begin so. */
void receipts_print(FILE *out, const char *tag);
void receipts_print_all(FILE *out, const char *beginning);

void receipts_free(void);

#endif
