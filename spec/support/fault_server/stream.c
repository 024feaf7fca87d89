#define _POSIX_C_SOURCE 200809L

#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A pipe nobody writes to: its read end hangs up when the server ends. */
static int stop_pipe[2] = { -1, -1 };

bool streams_prepare(void) {
  return pipe(stop_pipe) == 0;
}

void streams_stop(void) {
  close(stop_pipe[1]);
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool streams_pause(int milliseconds) {
  double end = seconds_now() + milliseconds / 1000.0;
  struct pollfd stop = { stop_pipe[0], POLLIN, 0 };
  for (;;) {
    double left = end - seconds_now();
    if (left <= 0) {
      return true;
    }
    if (poll(&stop, 1, (int)(left * 1000) + 1) > 0) {
      return false;
    }
  }
}

/* Waits until the descriptor is ready; false when the server ends. */
static bool wait_ready(int fd, short events) {
  struct pollfd descriptors[2] = { { fd, events, 0 }, { stop_pipe[0], POLLIN, 0 } };
  while (poll(descriptors, 2, -1) < 0) {
    if (errno != EINTR) {
      return false;
    }
  }
  return descriptors[1].revents == 0;
}

/* After an SSL call that did not succeed: true when it is to be tried again. */
static bool wait_tls(struct stream *stream, int result) {
  switch (SSL_get_error(stream->ssl, result)) {
  case SSL_ERROR_WANT_READ:
    return wait_ready(stream->fd, POLLIN);
  case SSL_ERROR_WANT_WRITE:
    return wait_ready(stream->fd, POLLOUT);
  default:
    return false;
  }
}

static bool shake_hands(struct stream *stream) {
  for (;;) {
    ERR_clear_error();
    int result = SSL_accept(stream->ssl);
    if (result == 1) {
      return true;
    }
    if (!wait_tls(stream, result)) {
      return false;
    }
  }
}

bool stream_open(struct stream *stream, int fd, SSL_CTX *context) {
  stream->fd = fd;
  stream->ssl = NULL;
  fcntl(fd, F_SETFL, O_NONBLOCK);
  if (context == NULL) {
    return true;
  }
  stream->ssl = SSL_new(context);
  if (stream->ssl != NULL && SSL_set_fd(stream->ssl, fd) == 1 && shake_hands(stream)) {
    return true;
  }
  stream_drop(stream);
  return false;
}

bool stream_is_http2(const struct stream *stream) {
  const unsigned char *name = NULL;
  unsigned length = 0;
  if (stream->ssl != NULL) {
    SSL_get0_alpn_selected(stream->ssl, &name, &length);
  }
  return length == 2 && memcmp(name, "h2", 2) == 0;
}

static size_t read_tls(struct stream *stream, void *bytes, size_t room) {
  for (;;) {
    size_t count = 0;
    ERR_clear_error();
    int result = SSL_read_ex(stream->ssl, bytes, room, &count);
    if (result == 1) {
      return count;
    }
    if (!wait_tls(stream, result)) {
      return 0;
    }
  }
}

size_t stream_read(struct stream *stream, void *bytes, size_t room) {
  if (stream->ssl != NULL) {
    return read_tls(stream, bytes, room);
  }
  while (wait_ready(stream->fd, POLLIN)) {
    ssize_t count = recv(stream->fd, bytes, room, 0);
    if (count >= 0) {
      return (size_t)count;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      break;
    }
  }
  return 0;
}

static bool write_tls(struct stream *stream, const void *bytes, size_t length) {
  size_t written = 0;
  for (;;) {
    ERR_clear_error();
    int result = SSL_write_ex(stream->ssl, bytes, length, &written);
    if (result == 1) {
      return true;
    }
    if (!wait_tls(stream, result)) {
      return false;
    }
  }
}

static bool write_plain(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    if (!wait_ready(fd, POLLOUT)) {
      return false;
    }
    ssize_t count = send(fd, bytes, length, MSG_NOSIGNAL);
    if (count >= 0) {
      bytes += count;
      length -= (size_t)count;
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool stream_write(struct stream *stream, const void *bytes, size_t length) {
  if (length == 0) {
    return true;
  }
  if (stream->ssl != NULL) {
    return write_tls(stream, bytes, length);
  }
  return write_plain(stream->fd, bytes, length);
}

void stream_swallow(struct stream *stream) {
  char bytes[4096];
  while (wait_ready(stream->fd, POLLIN)) {
    ssize_t count = recv(stream->fd, bytes, sizeof bytes, 0);
    if (count == 0 ||
        (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
      return;
    }
  }
}

void stream_settle(struct stream *stream) {
  char bytes[4096];
  streams_pause(SETTLE_PAUSE);
  while (recv(stream->fd, bytes, sizeof bytes, 0) > 0) {
  }
}

void stream_drop(struct stream *stream) {
  SSL_free(stream->ssl);
  stream->ssl = NULL;
  if (stream->fd >= 0) {
    close(stream->fd);
    stream->fd = -1;
  }
}

void stream_finish(struct stream *stream) {
  if (stream->ssl != NULL) {
    ERR_clear_error();
    SSL_shutdown(stream->ssl);
  }
  stream_drop(stream);
}

void stream_reset(struct stream *stream) {
  struct linger at_once = { 1, 0 };
  if (stream->fd >= 0) {
    setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  stream_drop(stream);
}
