#define _POSIX_C_SOURCE 200809L

#include "sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* A peer that does not acknowledge for this long is gone, whatever TCP itself would wait. */
enum { ACKNOWLEDGE_MILLISECONDS = 10000 };

/* What the number stands for now. false: for nothing. */
static bool identify(curl_socket_t number, struct open_socket *identity) {
  struct stat file;
  if (fstat(number, &file)) {
    return false;
  }
  *identity = (struct open_socket){number, file.st_dev, file.st_ino};
  return true;
}

/* The one of this number; NULL when there is none. */
static struct open_socket *find(struct sockets *sockets, curl_socket_t number) {
  for (size_t i = 0; i < sockets->count; i++) {
    if (sockets->open[i].number == number) {
      return &sockets->open[i];
    }
  }
  return NULL;
}

static bool make_room(struct sockets *sockets) {
  if (sockets->count == sockets->capacity) {
    size_t capacity = sockets->capacity ? sockets->capacity * 2 : 64;
    struct open_socket *open = realloc(sockets->open, capacity * sizeof *open);
    if (!open) {
      return false;
    }
    sockets->open = open;
    sockets->capacity = capacity;
  }
  return true;
}

/* One of the same number has been closed meanwhile. */
static bool remember(struct sockets *sockets, curl_socket_t number) {
  struct open_socket opened;
  struct open_socket *place = find(sockets, number);
  if (!identify(number, &opened) || (!place && !make_room(sockets))) {
    return false;
  }
  if (!place) {
    place = &sockets->open[sockets->count++];
  }
  *place = opened;
  return true;
}

static curl_socket_t open_private(const struct curl_sockaddr *address) {
#ifdef SOCK_CLOEXEC
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
  curl_socket_t number = socket(address->family, address->socktype, address->protocol);
  if (number != CURL_SOCKET_BAD) {
    fcntl(number, F_SETFD, FD_CLOEXEC);
  }
  return number;
#endif
}

curl_socket_t sockets_open(struct sockets *sockets, const struct curl_sockaddr *address) {
  curl_socket_t number = open_private(address);
  if (number == CURL_SOCKET_BAD) {
    return number;
  }
  if (!remember(sockets, number)) {
    close(number);
    return CURL_SOCKET_BAD;
  }
#ifdef TCP_USER_TIMEOUT
  unsigned limit = ACKNOWLEDGE_MILLISECONDS;
  setsockopt(number, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
#endif
  atomic_fetch_add_explicit(&sockets->opened, 1, memory_order_relaxed);
  return number;
}

int sockets_close(void *data, curl_socket_t number) {
  struct sockets *sockets = data;
  struct open_socket *closed = find(sockets, number);
  if (closed) {
    *closed = sockets->open[--sockets->count];
  }
  return close(number);
}

bool sockets_is_connected(curl_socket_t number) {
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  return number != CURL_SOCKET_BAD && getpeername(number, (struct sockaddr *)&peer, &size) == 0;
}

void sockets_drop(struct sockets *sockets) {
  for (size_t i = 0; i < sockets->count; i++) {
    const struct open_socket *known = &sockets->open[i];
    struct open_socket now;
    if (identify(known->number, &now) && now.device == known->device && now.inode == known->inode) {
      close(known->number);
    }
  }
  sockets->count = 0;
}

unsigned long sockets_opened(const struct sockets *sockets) {
  return atomic_load_explicit(&sockets->opened, memory_order_relaxed);
}
