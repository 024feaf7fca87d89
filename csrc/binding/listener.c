#define _GNU_SOURCE /* struct ucred */

#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char SOCKET_NAME[] = "/mailbox";

bool listener_make_private(int number) {
  bool ready = fcntl(number, F_SETFD, FD_CLOEXEC) == 0 && fcntl(number, F_SETFL, O_NONBLOCK) == 0;
#ifdef SO_NOSIGPIPE
  int on = 1;
  ready = ready && setsockopt(number, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) == 0;
#endif
  return ready;
}

/* --- the place ------------------------------------------------------------------------------ */

/* mkdtemp makes it for its owner alone. The path of the socket is left in the address. */
static bool make_directory(struct sockaddr_un *address, const char *parent) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  size_t room = sizeof address->sun_path;
  int length = snprintf(address->sun_path, room, "%s/synthflow-XXXXXX", parent);
  if (length < 0 || (size_t)length + sizeof SOCKET_NAME > room) {
    errno = ENAMETOOLONG;
    return false;
  }
  if (!mkdtemp(address->sun_path)) {
    return false;
  }
  memcpy(address->sun_path + length, SOCKET_NAME, sizeof SOCKET_NAME);
  return true;
}

static void remove_directory(struct sockaddr_un *address) {
  unlink(address->sun_path);
  *strrchr(address->sun_path, '/') = '\0';
  rmdir(address->sun_path);
}

/* --- listening ------------------------------------------------------------------------------ */

static int open_socket(const struct sockaddr_un *address) {
  enum { BACKLOG = 8 };
  int number = socket(AF_UNIX, SOCK_STREAM, 0);
  if (number >= 0 && (!listener_make_private(number) ||
                      bind(number, (const struct sockaddr *)address, sizeof *address) ||
                      listen(number, BACKLOG))) {
    int reason = errno;
    close(number);
    errno = reason;
    number = -1;
  }
  return number;
}

bool listener_open(struct listener *listener, const char *directory) {
  struct sockaddr_un address;
  if (!make_directory(&address, directory)) {
    return false;
  }
  int number = open_socket(&address);
  if (number < 0) {
    int reason = errno;
    remove_directory(&address);
    errno = reason;
    return false;
  }
  listener_close(listener);
  listener->socket = number;
  listener->address = address;
  listener->pid = getpid();
  return true;
}

void listener_close(struct listener *listener) {
  if (listener->socket >= 0) {
    close(listener->socket);
    listener->socket = -1;
    if (listener->pid == getpid()) {
      remove_directory(&listener->address);
    }
  }
}

/* --- accepting ------------------------------------------------------------------------------ */

static bool is_own(int number) {
#ifdef __linux__
  struct ucred peer;
  socklen_t size = sizeof peer;
  return getsockopt(number, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == getpid() &&
         peer.uid == geteuid();
#else
  uid_t user;
  gid_t group;
  bool own = getpeereid(number, &user, &group) == 0 && user == geteuid();
#ifdef LOCAL_PEERPID
  pid_t process;
  socklen_t size = sizeof process;
  own = own && getsockopt(number, SOL_LOCAL, LOCAL_PEERPID, &process, &size) == 0 &&
        process == getpid();
#endif
  return own;
#endif
}

int listener_accept(struct listener *listener) {
  int number;
  while ((number = accept(listener->socket, NULL, NULL)) >= 0) {
    if (is_own(number) && listener_make_private(number)) {
      return number;
    }
    close(number);
  }
  return -1;
}
