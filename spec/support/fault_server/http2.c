#define _POSIX_C_SOURCE 200809L

#include "http2.h"

#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <string.h>

#include "http2_faults.h"
#include "receipts.h"

enum { FIELDS = 8, STREAMS_AT_ONCE = 256 };

/* A request, and what is still to be said to it. */
struct turn {
  struct turn *next;
  struct request request;
  bool whole;  /* read, and not acted on yet */
  bool closed; /* nghttp2 will not ask for it again */
  char *body;  /* of the answer */
  size_t length;
  size_t sent;
  bool half;   /* the body does not end the stream */
};

struct http2 {
  nghttp2_session *session;
  struct tags *tags;   /* all that this connection has seen */
  struct tags faulted; /* those to which a keep_then_ has been done */
  struct turn *turns; /* in the order in which they came */
};

struct fields {
  nghttp2_nv list[FIELDS];
  size_t count;
};

/* --- writing ------------------------------------------------------------------------- */

static void add_field(struct fields *fields, const char *name, size_t name_length,
                      const char *value, size_t value_length) {
  if (fields->count < FIELDS) {
    fields->list[fields->count++] = (nghttp2_nv){ (uint8_t *)name, (uint8_t *)value, name_length,
                                                  value_length, NGHTTP2_NV_FLAG_NONE };
  }
}

static void add_text(struct fields *fields, const char *name, const char *value) {
  add_field(fields, name, strlen(name), value, strlen(value));
}

/* Lines as HTTP/1.1 has them. */
static void add_lines(struct fields *fields, const char *lines) {
  while (*lines != '\0') {
    size_t name_length = strcspn(lines, ":");
    const char *value = lines + name_length + strspn(lines + name_length, ": ");
    size_t value_length = strcspn(value, "\r\n");
    add_field(fields, lines, name_length, value, value_length);
    lines = value + value_length;
    lines += strspn(lines, "\r\n");
  }
}

static ssize_t read_answer(nghttp2_session *session, int32_t number, uint8_t *to, size_t room,
                           uint32_t *flags, nghttp2_data_source *source, void *unused) {
  struct turn *turn = source->ptr;
  size_t count = turn->length - turn->sent;
  (void)session, (void)number, (void)unused;
  if (count == 0 && turn->half) {
    return NGHTTP2_ERR_DEFERRED;
  }
  count = count < room ? count : room;
  memcpy(to, turn->body + turn->sent, count);
  turn->sent += count;
  if (turn->sent == turn->length && !turn->half) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  }
  return (ssize_t)count;
}

/* False without memory, or when the stream is gone. */
static bool submit(struct connection *connection, const struct request *request,
                   const struct fields *fields, const char *body, bool half) {
  nghttp2_session *session = connection->http2->session;
  struct turn *turn = nghttp2_session_get_stream_user_data(session, request->stream);
  bool empty = body[0] == '\0' || strcmp(request->method, "HEAD") == 0;
  if (turn == NULL || turn->body != NULL || (turn->body = strdup(body)) == NULL) {
    return false;
  }
  turn->length = strlen(body);
  turn->half = half;
  nghttp2_data_provider provider = { .source.ptr = turn, .read_callback = read_answer };
  return nghttp2_submit_response(session, request->stream, fields->list, fields->count,
                                 empty ? NULL : &provider) == 0;
}

enum ending http2_respond(struct connection *connection, const struct request *request, int status,
                          const char *type, const char *extra, const char *body) {
  struct fields fields = { .count = 0 };
  char status_text[16];
  char length[32];
  snprintf(status_text, sizeof status_text, "%d", status);
  snprintf(length, sizeof length, "%zu", strlen(body));
  add_text(&fields, ":status", status_text);
  add_lines(&fields, extra);
  if (type != NULL) {
    add_text(&fields, "content-type", type);
  }
  if (status != 204 && status != 304) {
    add_text(&fields, "content-length", length);
  }
  submit(connection, request, &fields, body, false); /* a client that cancelled hears nothing */
  return KEEP;
}

void http2_respond_half(struct connection *connection, const struct request *request,
                        const char *body) {
  struct fields fields = { .count = 0 };
  char length[32];
  snprintf(length, sizeof length, "%zu", 2 * strlen(body));
  add_text(&fields, ":status", "200");
  add_text(&fields, "content-type", "application/json");
  add_text(&fields, "content-length", length);
  submit(connection, request, &fields, body, true);
}

void http2_reset_stream(struct connection *connection, const struct request *request,
                        unsigned code) {
  nghttp2_submit_rst_stream(connection->http2->session, NGHTTP2_FLAG_NONE, request->stream, code);
}

void http2_go_away(struct connection *connection, int last_stream) {
  nghttp2_submit_goaway(connection->http2->session, NGHTTP2_FLAG_NONE, last_stream,
                        NGHTTP2_NO_ERROR, NULL, 0);
}

bool http2_flush(struct connection *connection) {
  const uint8_t *bytes;
  ssize_t length;
  while ((length = nghttp2_session_mem_send(connection->http2->session, &bytes)) > 0) {
    if (!stream_write(&connection->stream, bytes, (size_t)length)) {
      return false;
    }
  }
  return length == 0;
}

/* --- reading ------------------------------------------------------------------------- */

static struct turn *turn_of(nghttp2_session *session, const nghttp2_frame *frame) {
  return nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
}

static bool begins_request(const nghttp2_frame *frame) {
  return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *data) {
  struct http2 *http2 = data;
  struct turn **end = &http2->turns;
  if (!begins_request(frame)) {
    return 0;
  }
  while (*end != NULL) {
    end = &(*end)->next;
  }
  *end = calloc(1, sizeof **end);
  if (*end == NULL) {
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
  (*end)->request.stream = frame->hd.stream_id;
  return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, *end);
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
                     void *unused) {
  struct turn *turn = turn_of(session, frame);
  const char *field = (const char *)name; /* nghttp2 ends both with a NUL */
  const char *text = (const char *)value;
  (void)name_length, (void)value_length, (void)flags, (void)unused;
  if (turn == NULL) {
    return 0;
  }
  struct request *request = &turn->request;
  if (strcmp(field, ":method") == 0) {
    snprintf(request->method, sizeof request->method, "%s", text);
  } else if (strcmp(field, ":path") == 0) {
    snprintf(request->target, sizeof request->target, "%s", text);
  } else if (strcmp(field, "authorization") == 0) {
    request->authorized = true;
  }
  return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t number, const uint8_t *bytes,
                   size_t length, void *unused) {
  struct turn *turn = nghttp2_session_get_stream_user_data(session, number);
  (void)flags, (void)bytes, (void)unused;
  if (turn != NULL) {
    turn->request.body_length += length;
  }
  return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *data) {
  struct http2 *http2 = data;
  bool of_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  struct turn *turn = of_request ? turn_of(session, frame) : NULL;
  if (turn == NULL) {
    return 0;
  }
  if (begins_request(frame)) {
    request_split_target(&turn->request);
    conversation_head(http2->tags, &turn->request);
  }
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
    turn->whole = true;
  }
  return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t number, uint32_t code, void *unused) {
  struct turn *turn = nghttp2_session_get_stream_user_data(session, number);
  (void)code, (void)unused;
  if (turn != NULL) {
    turn->closed = true;
  }
  return 0;
}

/* --- the conversation ---------------------------------------------------------------- */

static bool open_session(struct http2 *http2) {
  static const nghttp2_settings_entry settings[] = {
    { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_AT_ONCE },
  };
  nghttp2_session_callbacks *callbacks;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) {
    return false;
  }
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
  int failed = nghttp2_session_server_new(&http2->session, callbacks, http2);
  nghttp2_session_callbacks_del(callbacks);
  return failed == 0 && nghttp2_submit_settings(http2->session, NGHTTP2_FLAG_NONE, settings, 1) == 0;
}

static void free_turns(struct http2 *http2, bool all) {
  struct turn **at = &http2->turns;
  while (*at != NULL) {
    struct turn *turn = *at;
    if (all || turn->closed) {
      *at = turn->next;
      request_free(&turn->request);
      free(turn->body);
      free(turn);
    } else {
      at = &turn->next;
    }
  }
}

/* A fault that is to be kept back meets the first request of its tag that is not the connection's
 * first: the tries that follow can go well. */
static const struct fault *find(struct connection *connection, struct request *request) {
  static const char keep_then[] = "keep_then_";
  size_t length = sizeof keep_then - 1;
  if (strcmp(request->fault, "sequence") == 0) {
    fault_choose(request, receipts_requests(request->tag));
  }
  if (strncmp(request->fault, keep_then, length) != 0) {
    return http2_fault_find(request->fault);
  }
  const struct fault *fault = http2_fault_find(request->fault + length);
  bool now = connection->requests > 1 && tags_add(&connection->http2->faulted, request->tag);
  return fault == NULL || now ? fault : http2_fault_find("ok");
}

static enum ending act(struct connection *connection, struct request *request) {
  connection->requests++;
  const struct fault *fault = find(connection, request);
  enum ending ending = conversation_answer(connection, request, fault);
  return ending != KEEP || http2_flush(connection) ? ending : DROP;
}

static enum ending take(struct connection *connection, size_t length) {
  struct http2 *http2 = connection->http2;
  enum ending ending = KEEP;
  if (nghttp2_session_mem_recv(http2->session, (const uint8_t *)connection->bytes, length) < 0) {
    return DROP;
  }
  for (struct turn *turn = http2->turns; turn != NULL && ending == KEEP; turn = turn->next) {
    if (turn->whole) {
      turn->whole = false;
      ending = act(connection, &turn->request);
    }
  }
  if (ending == KEEP && !http2_flush(connection)) {
    ending = DROP;
  }
  free_turns(http2, false);
  return ending;
}

enum ending http2_converse(struct connection *connection, struct tags *tags) {
  enum ending ending = DROP;
  struct http2 *http2 = calloc(1, sizeof *http2);
  if (http2 == NULL) {
    return DROP;
  }
  http2->tags = tags;
  connection->http2 = http2;
  if (open_session(http2) && http2_flush(connection)) {
    ending = KEEP;
  }
  while (ending == KEEP) {
    size_t length = stream_read(&connection->stream, connection->bytes, sizeof connection->bytes);
    ending = length > 0 ? take(connection, length) : FINISH;
  }
  connection->http2 = NULL;
  nghttp2_session_del(http2->session);
  free_turns(http2, true);
  free(http2);
  return ending;
}
