/* conversation.h - what is said on one connection, from its first request to its end. */
#ifndef FAULT_SERVER_CONVERSATION_H
#define FAULT_SERVER_CONVERSATION_H

#include "faults.h"
#include "request.h"
#include "tags.h"

/* Reads requests, counts them and does to each what its path asks for; ends the stream. */
void conversation(struct connection *connection);

/* The parts that do not depend on the version of HTTP: a head has been read, on a connection that has
 * seen these tags; and a whole request, to which the fault is done (NULL: none has this name). */
void conversation_head(struct tags *tags, const struct request *request);
enum ending conversation_answer(struct connection *connection, struct request *request,
                                const struct fault *fault);

#endif
