/* sockets.h - the sockets that libcurl holds for an engine: opened close-on-exec, and known, so that a
 * forked child can close its copies without a word to the peer.
 *
 * Known by number and identity: libcurl 7.88 to 8.1 closes a socket that did not come to be connected
 * without telling, and its number is then given to something else, perhaps of the host.
 *
 * All but sockets_opened is for the thread that may call libcurl, or the forked child. */
#ifndef SYNTHFLOW_SOCKETS_H
#define SYNTHFLOW_SOCKETS_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct open_socket {
  curl_socket_t number;
  dev_t device;
  ino_t inode;
};

struct sockets {
  struct open_socket *open; /* a number once at most */
  size_t count;
  size_t capacity;
  atomic_ulong opened; /* ever */
};

/* CURL_SOCKET_BAD when there is none to be had. */
curl_socket_t sockets_open(struct sockets *sockets, const struct curl_sockaddr *address);

/* libcurl's CURLOPT_CLOSESOCKETFUNCTION; data: the table. */
int sockets_close(void *data, curl_socket_t number);

bool sockets_is_connected(curl_socket_t number);

/* For a forked child: closes the copies; nothing is sent, the parent's go on. */
void sockets_drop(struct sockets *sockets);

unsigned long sockets_opened(const struct sockets *sockets);

#endif
