#define _POSIX_C_SOURCE 200809L

#include "listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conversation.h"
#include "receipts.h"

enum behaviour {
  CONVERSE, /* HTTP, over TLS when there is a certificate */
  SWALLOW,  /* accepts, reads and never writes a byte: not even a handshake */
  IGNORE,   /* accepts and never reads */
  REFUSE,   /* bound, does not listen */
  STUCK     /* its queue is full: connecting to it does not end */
};

struct kind {
  const char *name;
  enum behaviour behaviour;
  const char *certificate; /* file name without ending, NULL: no TLS */
  bool http2;              /* as well, and rather than HTTP/1.1 */
  int newest_tls;          /* 0: whatever the library has */
};

static const struct kind kinds[] = {
  { "plain", CONVERSE, NULL, false, 0 },
  { "tls", CONVERSE, "server", false, 0 },
  { "tls_stall", SWALLOW, NULL, false, 0 },
  { "silent", IGNORE, NULL, false, 0 },
  { "refused", REFUSE, NULL, false, 0 },
  { "other", CONVERSE, NULL, false, 0 },
  { "stuck", STUCK, NULL, false, 0 },
  { "tls_untrusted", CONVERSE, "untrusted", false, 0 },
  { "tls_wrong_name", CONVERSE, "wrong_name", false, 0 },
  { "tls_http2", CONVERSE, "server", true, 0 },
  { "tls_old", CONVERSE, "server", false, TLS1_1_VERSION },
  { "proxy", CONVERSE, NULL, false, 0 },
};

enum { KINDS = sizeof kinds / sizeof *kinds, LISTENERS = 512, BACKLOG = 128, STACK = 512 * 1024 };

struct listener {
  int fd;
  int port;
  size_t kind;
  int callers[2]; /* what fills the queue of one that is stuck, else -1 */
};

/* What a connection's thread needs to begin with. */
struct visit {
  struct connection connection;
  int fd;
  size_t kind;
};

static SSL_CTX *contexts[KINDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_left = PTHREAD_COND_INITIALIZER;
/* Under the lock. A listener, once there, stays as it is until the end. */
static struct listener listeners[LISTENERS];
static size_t listener_count;
static unsigned visitors;
static int wake_pipe[2] = { -1, -1 }; /* a listener was added */

/* --- opening ------------------------------------------------------------------------- */

/* The names of the versions, the preferred one first, each behind its length. */
static const char versions[] = "\x02h2\x08http/1.1";

static int choose_version(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_length,
                          const unsigned char *offered, unsigned offered_length, void *data) {
  const struct kind *kind = data;
  const char *known = kind->http2 ? versions : strchr(versions, '\x08');
  unsigned char *match = NULL;
  (void)ssl;
  if (SSL_select_next_proto(&match, chosen_length, (const unsigned char *)known,
                            (unsigned)strlen(known), offered,
                            offered_length) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

/* What is out of date must be allowed by name, whatever the system's settings say. */
static bool limit_version(SSL_CTX *context, int newest) {
  return newest == 0 || (SSL_CTX_set_min_proto_version(context, newest) == 1 &&
                         SSL_CTX_set_max_proto_version(context, newest) == 1 &&
                         SSL_CTX_set_cipher_list(context, "DEFAULT@SECLEVEL=0") == 1);
}

static SSL_CTX *open_context(const char *directory, const struct kind *kind) {
  char certificate[1024];
  char key[1024];
  snprintf(certificate, sizeof certificate, "%s/%s.pem", directory, kind->certificate);
  snprintf(key, sizeof key, "%s/%s.key", directory, kind->certificate);
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  if (context == NULL ||
      SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
      !limit_version(context, kind->newest_tls)) {
    fprintf(stderr, "fault_server: cannot use %s and %s\n", certificate, key);
    SSL_CTX_free(context);
    return NULL;
  }
  SSL_CTX_set_alpn_select_cb(context, choose_version, (void *)kind);
  return context;
}

static int open_socket(struct sockaddr_in *address) {
  socklen_t length = sizeof *address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd >= 0 && (bind(fd, (struct sockaddr *)address, length) != 0 ||
                  getsockname(fd, (struct sockaddr *)address, &length) != 0)) {
    close(fd);
    return -1;
  }
  return fd;
}

/* A backlog of nothing holds one connection; the next caller waits for ever. */
static bool fill_queue(struct listener *listener, const struct sockaddr_in *address) {
  for (size_t index = 0; index < 2; index++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) {
      return false;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    listener->callers[index] = fd;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
        errno != EINPROGRESS) {
      return false;
    }
  }
  return true;
}

static bool begin_to_listen(struct listener *listener, const struct sockaddr_in *address) {
  switch (kinds[listener->kind].behaviour) {
  case REFUSE:
    return true;
  case STUCK:
    return listen(listener->fd, 0) == 0 && fill_queue(listener, address);
  default:
    fcntl(listener->fd, F_SETFL, O_NONBLOCK);
    return listen(listener->fd, BACKLOG) == 0;
  }
}

static void close_listener(struct listener *listener) {
  close(listener->fd);
  for (size_t index = 0; index < 2; index++) {
    if (listener->callers[index] >= 0) {
      close(listener->callers[index]);
    }
  }
}

static int open_listener(size_t kind) {
  struct sockaddr_in address;
  struct listener listener = { open_socket(&address), 0, kind, { -1, -1 } };
  if (listener.fd < 0) {
    return 0;
  }
  listener.port = ntohs(address.sin_port);
  bool added = begin_to_listen(&listener, &address);
  pthread_mutex_lock(&lock);
  added = added && listener_count < LISTENERS;
  if (added) {
    listeners[listener_count++] = listener;
  }
  pthread_mutex_unlock(&lock);
  if (!added) {
    close_listener(&listener);
  }
  return added ? listener.port : 0;
}

bool listeners_prepare(const char *certificates) {
  if (pipe(wake_pipe) != 0) {
    return false;
  }
  for (size_t kind = 0; kind < KINDS; kind++) {
    if (kinds[kind].certificate != NULL) {
      if (certificates == NULL) {
        continue;
      }
      contexts[kind] = open_context(certificates, &kinds[kind]);
      if (contexts[kind] == NULL) {
        return false;
      }
    }
    if (open_listener(kind) == 0) {
      return false;
    }
  }
  return true;
}

int listeners_add(const char *name) {
  for (size_t kind = 0; kind < KINDS; kind++) {
    bool usable = kinds[kind].certificate == NULL || contexts[kind] != NULL;
    if (usable && strcmp(kinds[kind].name, name) == 0) {
      int port = open_listener(kind);
      return write(wake_pipe[1], "", 1) == 1 ? port : 0;
    }
  }
  return 0;
}

int listeners_port(const char *name) {
  int port = 0;
  pthread_mutex_lock(&lock);
  for (size_t index = 0; index < listener_count && port == 0; index++) {
    if (strcmp(kinds[listeners[index].kind].name, name) == 0) {
      port = listeners[index].port;
    }
  }
  pthread_mutex_unlock(&lock);
  return port;
}

void listeners_print(FILE *out) {
  for (size_t kind = 0; kind < KINDS; kind++) {
    fprintf(out, "%s%s=%d", kind > 0 ? " " : "", kinds[kind].name,
            listeners_port(kinds[kind].name));
  }
  fputc('\n', out);
}

/* --- connections --------------------------------------------------------------------- */

static void receive(struct visit *visit) {
  struct stream *stream = &visit->connection.stream;
  bool open = stream_open(stream, visit->fd, contexts[visit->kind]);
  switch (kinds[visit->kind].behaviour) {
  case CONVERSE:
    if (open) {
      conversation(&visit->connection);
    }
    break;
  case SWALLOW:
    stream_swallow(stream);
    stream_drop(stream);
    break;
  default:
    while (streams_pause(60000)) {
    }
    stream_drop(stream);
  }
}

static void *visit_thread(void *argument) {
  receive(argument);
  free(argument);
  OPENSSL_thread_stop(); /* by itself it may happen only after main has returned */
  pthread_mutex_lock(&lock);
  if (--visitors == 0) {
    pthread_cond_signal(&all_left);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

static bool start_thread(struct visit *visit) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK);
  pthread_mutex_lock(&lock);
  visitors++;
  bool started = pthread_create(&thread, &attributes, visit_thread, visit) == 0;
  visitors -= started ? 0 : 1;
  pthread_mutex_unlock(&lock);
  pthread_attr_destroy(&attributes);
  return started;
}

static void accept_all(const struct listener *listener) {
  static unsigned accepted; /* the main thread alone accepts */
  int fd;
  while ((fd = accept(listener->fd, NULL, NULL)) >= 0) {
    int at_once = 1;
    struct visit *visit = calloc(1, sizeof *visit);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    receipts_connection(kinds[listener->kind].name);
    if (visit == NULL) {
      close(fd);
      continue;
    }
    visit->fd = fd;
    visit->kind = listener->kind;
    visit->connection.number = ++accepted;
    if (!start_thread(visit)) {
      close(fd);
      free(visit);
    }
  }
}

/* --- running ------------------------------------------------------------------------- */

static bool input_ended(struct pollfd *input) {
  char bytes[256];
  return input->revents != 0 && read(input->fd, bytes, sizeof bytes) <= 0;
}

static size_t copy_listeners(struct listener *to) {
  pthread_mutex_lock(&lock);
  size_t count = listener_count;
  memcpy(to, listeners, count * sizeof *to);
  pthread_mutex_unlock(&lock);
  return count;
}

void listeners_run(bool watch_input) {
  enum { INPUT, OUTPUT, WAKE, FIRST };
  static struct listener open[LISTENERS];
  static struct pollfd descriptors[FIRST + LISTENERS];
  size_t count = copy_listeners(open);
  descriptors[INPUT] = (struct pollfd){ watch_input ? STDIN_FILENO : -1, POLLIN, 0 };
  descriptors[OUTPUT] = (struct pollfd){ STDOUT_FILENO, 0, 0 };
  descriptors[WAKE] = (struct pollfd){ wake_pipe[0], POLLIN, 0 };
  for (;;) {
    for (size_t index = 0; index < count; index++) {
      enum behaviour behaviour = kinds[open[index].kind].behaviour;
      bool accepts = behaviour != REFUSE && behaviour != STUCK;
      descriptors[FIRST + index] = (struct pollfd){ accepts ? open[index].fd : -1, POLLIN, 0 };
    }
    if (poll(descriptors, FIRST + count, -1) < 0 && errno != EINTR) {
      return;
    }
    if (input_ended(&descriptors[INPUT]) || (descriptors[OUTPUT].revents & POLLERR) != 0) {
      return;
    }
    for (size_t index = 0; index < count; index++) {
      if (descriptors[FIRST + index].revents != 0) {
        accept_all(&open[index]);
      }
    }
    if (descriptors[WAKE].revents != 0) {
      char byte;
      count = read(wake_pipe[0], &byte, 1) == 1 ? copy_listeners(open) : count;
    }
  }
}

void listeners_finish(void) {
  streams_stop();
  pthread_mutex_lock(&lock);
  while (visitors > 0) {
    pthread_cond_wait(&all_left, &lock);
  }
  for (size_t index = 0; index < listener_count; index++) {
    close_listener(&listeners[index]);
  }
  listener_count = 0;
  pthread_mutex_unlock(&lock);
  for (size_t index = 0; index < 2; index++) {
    close(wake_pipe[index]);
  }
  for (size_t kind = 0; kind < KINDS; kind++) {
    SSL_CTX_free(contexts[kind]);
  }
  receipts_free();
}
