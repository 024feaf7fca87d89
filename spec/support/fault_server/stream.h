/* stream.h - one accepted connection as bytes, plain or TLS, and the ways to end it.
 *
 * Every wait also waits for the end of the server, so that no thread outlives it. */
#ifndef FAULT_SERVER_STREAM_H
#define FAULT_SERVER_STREAM_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

struct stream {
  int fd;   /* -1: ended */
  SSL *ssl; /* NULL: plain */
};

/* Milliseconds until the peer has certainly received what was sent. */
enum { SETTLE_PAUSE = 30 };

/* Before the first stream; false when the system refuses. */
bool streams_prepare(void);

/* From now on waits end, and reads and writes fail. */
void streams_stop(void);

/* Sleeps; false when the server ends. */
bool streams_pause(int milliseconds);

/* Takes the descriptor over. With a context it shakes hands first; false: ended. */
bool stream_open(struct stream *stream, int fd, SSL_CTX *context);

/* The peer has chosen HTTP/2 in the handshake. */
bool stream_is_http2(const struct stream *stream);

/* Bytes read; 0 when the peer has left, or the server ends. */
size_t stream_read(struct stream *stream, void *bytes, size_t room);

bool stream_write(struct stream *stream, const void *bytes, size_t length);

/* Reads and forgets until the peer leaves. */
void stream_swallow(struct stream *stream);

/* Pauses so, and forgets what the peer sends meanwhile: bytes that nobody has read would turn the
 * FIN that is to follow into an RST. */
void stream_settle(struct stream *stream);

void stream_finish(struct stream *stream); /* in order: close_notify, FIN */
void stream_drop(struct stream *stream);   /* FIN only, as when a process dies */
void stream_reset(struct stream *stream);  /* RST */

#endif
