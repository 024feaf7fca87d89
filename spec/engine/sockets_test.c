/* The table of sockets: what a forked child closes is what libcurl holds, and nothing else. */
#define _POSIX_C_SOURCE 200809L

#include "sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static const struct curl_sockaddr address = {.family = AF_INET, .socktype = SOCK_STREAM};

static bool is_open(int number) {
  return fcntl(number, F_GETFD) != -1;
}

static void opens_and_closes(void) {
  struct sockets sockets = {0};
  curl_socket_t first = sockets_open(&sockets, &address);
  curl_socket_t second = sockets_open(&sockets, &address);
  CHECK(fcntl(first, F_GETFD) == FD_CLOEXEC, "it is inherited");
  CHECK(sockets_close(&sockets, first) == 0 && !is_open(first), "it is open");
  CHECK(sockets.count == 1, "%zu are known", sockets.count);
  sockets_drop(&sockets);
  CHECK(!is_open(second) && sockets.count == 0, "it is open");
  CHECK(sockets_opened(&sockets) == 2, "%lu were opened", sockets_opened(&sockets));
  free(sockets.open);
}

/* As some versions of libcurl do. */
static void one_that_was_closed_without_a_word_is_not_closed_again(void) {
  struct sockets sockets = {0};
  int pair[2];
  curl_socket_t gone = sockets_open(&sockets, &address);
  curl_socket_t kept = sockets_open(&sockets, &address);
  close(gone);
  CHECK(pipe(pair) == 0 && pair[0] == gone, "the number is %d, not %d", pair[0], gone);
  sockets_drop(&sockets);
  CHECK(is_open(pair[0]) && is_open(pair[1]), "the pipe is closed");
  CHECK(!is_open(kept), "the socket is open");
  close(pair[0]);
  close(pair[1]);
  free(sockets.open);
}

static void does_not_grow_by_those(void) {
  struct sockets sockets = {0};
  for (int i = 0; i < 1000; i++) {
    close(sockets_open(&sockets, &address));
  }
  CHECK(sockets.count == 1, "%zu are known", sockets.count);
  free(sockets.open);
}

int main(void) {
  opens_and_closes();
  one_that_was_closed_without_a_word_is_not_closed_again();
  does_not_grow_by_those();
  return checks_conclude("sockets_test");
}
