/* request.h - reads HTTP/1.1 requests off a connection.
 *
 * The first path segment names the fault, with a number behind a dash where the fault takes
 * one; the second is the tag under which the request is counted. To a proxy the host to be
 * reached says the same: CONNECT status-407.my-tag.test:443 */
#ifndef FAULT_SERVER_REQUEST_H
#define FAULT_SERVER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "stream.h"

struct http2;

struct connection {
  struct stream stream;
  struct http2 *http2; /* NULL: HTTP/1.1 */
  unsigned number;   /* counts accepted connections from 1 */
  unsigned requests; /* heads read from it; over HTTP/2, requests read whole */
  size_t begin;      /* what is read and not yet used: bytes[begin, end) */
  size_t end;
  char bytes[16384];
};

struct request {
  int stream;         /* its number, over HTTP/2 */
  char method[16];
  char target[2048];
  char fault[64];
  int number;         /* -1: none given */
  char tag[128];      /* "" when there is no second segment */
  const char *rest;   /* of the target: what follows the tag */
  bool authorized;    /* it carries an Authorization header */
  bool keep_alive;
  bool chunked;
  bool expects_continue;
  size_t body_length;
  char *text;         /* everything as received, a long body cut */
  size_t text_length;
  FILE *text_out;
};

/* Up to the empty line. False: the peer has left, or this is no request. The request is to be
 * freed in both cases. */
bool request_read_head(struct connection *connection, struct request *request);
bool request_read_body(struct connection *connection, struct request *request);

/* Finds fault, number and tag in the target. */
void request_split_target(struct request *request);

/* What the first path segment does when the head is read. */
void request_set_fault(struct request *request, const char *text, size_t length);

void request_free(struct request *request);

#endif
