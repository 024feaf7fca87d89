/* listeners.h - the ports of the server, and a thread for each connection to them. */
#ifndef FAULT_SERVER_LISTENERS_H
#define FAULT_SERVER_LISTENERS_H

#include <stdbool.h>
#include <stdio.h>

/* Opens every listener; those with TLS only when a directory of certificates is given. */
bool listeners_prepare(const char *certificates);

/* One more port like the one of this name, to which nobody has a connection: 0 on failure. */
int listeners_add(const char *name);

/* The port of the listener of this name, 0 when it is not open. */
int listeners_port(const char *name);

/* "name=port ..." */
void listeners_print(FILE *out);

/* Accepts until the reader of standard output is gone or, if watched, standard input ends. */
void listeners_run(bool watch_input);

/* Ends every connection and frees everything. */
void listeners_finish(void);

#endif
