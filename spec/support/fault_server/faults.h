/* faults.h - everything an HTTP server can do to its client, by name; what takes HTTP/2 is in
 * http2_faults.h. */
#ifndef FAULT_SERVER_FAULTS_H
#define FAULT_SERVER_FAULTS_H

#include "request.h"

/* What becomes of the connection. */
enum ending {
  KEEP,   /* the next request is read */
  FINISH, /* closed in order */
  DROP,   /* FIN, without a word of TLS */
  RESET   /* RST */
};

enum way {
  ANY_VERSION,    /* answers by respond() alone */
  HTTP_1,
  HTTP_1_EARLY,   /* acts when the headers have been read */
  HTTP_2,
  HTTP_2_REFUSING /* tells that the request was not acted on: it counts as refused */
};

struct fault {
  const char *name;
  enum ending (*act)(struct connection *connection, struct request *request);
  enum way way;
};

/* NULL when there is no fault of this name. */
const struct fault *fault_find(const char *name);

/* For "sequence": the third path segment names faults, with commas between them. The first request
 * of the tag meets the first of them, and so on; the last one stays. Those that act before the body
 * do not belong here. */
void fault_choose(struct request *request, unsigned long before);

/* A whole response, in the connection's version of HTTP; extra: more header lines, or "". */
enum ending respond(struct connection *connection, const struct request *request, int status,
                    const char *type, const char *extra, const char *body);

#endif
