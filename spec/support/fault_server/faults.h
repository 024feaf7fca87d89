/* faults.h - everything an HTTP server can do to its client, by name. */
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

struct fault {
  const char *name;
  enum ending (*act)(struct connection *connection, struct request *request);
  bool before_body; /* acts when the headers have been read */
};

/* NULL when there is no fault of this name. */
const struct fault *fault_find(const char *name);

/* A whole response; extra: more header lines, or "". */
enum ending respond(struct connection *connection, const struct request *request, int status,
                    const char *type, const char *extra, const char *body);

#endif
