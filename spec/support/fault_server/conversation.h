/* conversation.h - what is said on one connection, from its first request to its end. */
#ifndef FAULT_SERVER_CONVERSATION_H
#define FAULT_SERVER_CONVERSATION_H

#include "request.h"

/* Reads requests, counts them and does to each what its path asks for; ends the stream. */
void conversation(struct connection *connection);

#endif
