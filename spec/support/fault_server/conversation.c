#define _POSIX_C_SOURCE 200809L

#include "conversation.h"

#include <stdlib.h>
#include <string.h>

#include "http2.h"
#include "listeners.h"
#include "receipts.h"
#include "tags.h"

static void print_new_ports(FILE *out, const struct request *request) {
  int count = request->number >= 0 ? request->number : 1;
  fputs("{\"ports\":[", out);
  for (int index = 0; index < count; index++) {
    fprintf(out, "%s%d", index > 0 ? "," : "", listeners_add(request->tag));
  }
  fputs("]}", out);
}

/* Requests about the server itself: "_received/TAG", "_received_all", also with the beginning
 * of the tags that are wanted behind it, and "_listen/NAME", "_listen-COUNT/NAME". */
static enum ending control(struct connection *connection, struct request *request) {
  char *text = NULL;
  size_t length = 0;
  int status = 200;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    return DROP;
  }
  if (strcmp(request->fault, "_received") == 0) {
    receipts_print(out, request->tag);
  } else if (strcmp(request->fault, "_received_all") == 0) {
    receipts_print_all(out, request->tag);
  } else if (strcmp(request->fault, "_listen") == 0) {
    print_new_ports(out, request);
  } else {
    status = 404;
  }
  fclose(out);
  enum ending ending = respond(connection, request, status, "application/json", "", text);
  free(text);
  return ending;
}

/* A misspelled fault must not look like any of them. */
static enum ending unknown(struct connection *connection, struct request *request) {
  return respond(connection, request, 599, "text/plain", "", "the fault server knows no such fault");
}

/* Requests about the server itself are not counted. */
static bool is_control(const struct request *request) {
  return request->fault[0] == '_';
}

void conversation_head(struct tags *tags, const struct request *request) {
  if (!is_control(request)) {
    receipts_head(request->tag, tags_add(tags, request->tag), request->authorized);
  }
}

enum ending conversation_answer(struct connection *connection, struct request *request,
                                const struct fault *fault) {
  if (is_control(request)) {
    return control(connection, request);
  }
  if (fault != NULL && fault->way == HTTP_2_REFUSING) {
    receipts_refused(request->tag);
  } else {
    receipts_request(request->tag, request->method, request->body_length);
  }
  return fault != NULL ? fault->act(connection, request) : unknown(connection, request);
}

static enum ending converse_once(struct connection *connection, struct request *request,
                                 struct tags *tags) {
  const struct fault *fault = fault_find(request->fault);
  conversation_head(tags, request);
  if (fault != NULL && fault->way == HTTP_1_EARLY) {
    return fault->act(connection, request);
  }
  return request_read_body(connection, request) ? conversation_answer(connection, request, fault)
                                                : DROP;
}

static enum ending converse(struct connection *connection, struct tags *tags) {
  struct request request;
  enum ending ending = KEEP;
  while (ending == KEEP) {
    ending = request_read_head(connection, &request) ? converse_once(connection, &request, tags)
                                                     : FINISH;
    request_free(&request);
  }
  return ending;
}

static void end(struct stream *stream, enum ending ending) {
  if (ending == RESET) {
    stream_reset(stream);
  } else if (ending == DROP) {
    stream_drop(stream);
  } else {
    stream_finish(stream);
  }
}

void conversation(struct connection *connection) {
  enum ending ending = FINISH;
  struct tags *tags = calloc(1, sizeof *tags);
  if (tags != NULL) {
    ending = stream_is_http2(&connection->stream) ? http2_converse(connection, tags)
                                                  : converse(connection, tags);
  }
  end(&connection->stream, ending);
  for (size_t index = 0; tags != NULL && index < tags->count; index++) {
    receipts_end(tags->names[index]);
  }
  free(tags);
}
