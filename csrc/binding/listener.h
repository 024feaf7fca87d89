/* listener.h - a unix socket for an event loop that can read only what it has connected to itself.
 *
 * Others are kept out: it lies in a directory of its own that nobody else may enter, it is gone as soon
 * as this process has connected, and any other process that connects is turned away. */
#ifndef SYNTHFLOW_LISTENER_H
#define SYNTHFLOW_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/un.h>

struct listener {
  int socket; /* -1: it does not listen */
  struct sockaddr_un address;
  pid_t pid; /* whose it is: a child only closes its copy */
};

/* Begins to listen in a new directory below this one. false: errno says why. */
bool listener_open(struct listener *listener, const char *directory);

/* The connection of this process, close-on-exec and without waiting, or -1: errno says why. */
int listener_accept(struct listener *listener);

/* Removes socket and directory; as often as one likes. */
void listener_close(struct listener *listener);

/* Close-on-exec, without waiting, without SIGPIPE. */
bool listener_make_private(int socket);

#endif
