/* http2.h - a conversation in HTTP/2, and what a fault can say in it. */
#ifndef FAULT_SERVER_HTTP2_H
#define FAULT_SERVER_HTTP2_H

#include "conversation.h"
#include "faults.h"
#include "request.h"

/* Until the peer leaves or a fault ends the connection. Requests are acted on one after the other,
 * when they have been read whole; none that was read together with the one that ended it. */
enum ending http2_converse(struct connection *connection, struct tags *tags);

/* What respond() does over HTTP/2. */
enum ending http2_respond(struct connection *connection, const struct request *request, int status,
                          const char *type, const char *extra, const char *body);

/* A 200 that announces twice as much as the body and goes no further than that. */
void http2_respond_half(struct connection *connection, const struct request *request,
                        const char *body);

/* RST_STREAM and GOAWAY with one of these error codes. */
enum { HTTP2_NO_ERROR = 0, HTTP2_INTERNAL_ERROR = 2, HTTP2_REFUSED_STREAM = 7 };
void http2_reset_stream(struct connection *connection, const struct request *request,
                        unsigned code);
void http2_go_away(struct connection *connection, int last_stream);

/* Writes what was said so far, as happens after each fault; false: the peer has left. */
bool http2_flush(struct connection *connection);

#endif
