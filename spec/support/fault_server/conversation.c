#define _POSIX_C_SOURCE 200809L

#include "conversation.h"

#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "listeners.h"
#include "receipts.h"

enum { TAGS = 64 };

/* The tags seen on one connection, so that it counts once for each. */
struct tags {
  size_t count;
  char names[TAGS][sizeof ((struct request *)NULL)->tag];
};

static bool is_new_tag(struct tags *tags, const char *tag) {
  for (size_t index = 0; index < tags->count; index++) {
    if (strcmp(tags->names[index], tag) == 0) {
      return false;
    }
  }
  if (tags->count < TAGS) {
    snprintf(tags->names[tags->count++], sizeof tags->names[0], "%s", tag);
  }
  return true;
}

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

static enum ending converse_once(struct connection *connection, struct request *request,
                                 struct tags *tags) {
  const struct fault *fault = fault_find(request->fault);
  bool counted = request->fault[0] != '_';
  if (counted) {
    receipts_head(request->tag, is_new_tag(tags, request->tag));
  }
  if (fault != NULL && fault->before_body) {
    return fault->act(connection, request);
  }
  if (!request_read_body(connection, request)) {
    return DROP;
  }
  if (!counted) {
    return control(connection, request);
  }
  receipts_request(request->tag, request->method, request->body_length);
  return fault != NULL ? fault->act(connection, request) : unknown(connection, request);
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
  struct request request;
  enum ending ending = KEEP;
  struct tags *tags = calloc(1, sizeof *tags);
  while (tags != NULL && ending == KEEP) {
    ending = request_read_head(connection, &request) ? converse_once(connection, &request, tags)
                                                     : FINISH;
    request_free(&request);
  }
  end(&connection->stream, ending);
  for (size_t index = 0; tags != NULL && index < tags->count; index++) {
    receipts_end(tags->names[index]);
  }
  free(tags);
}
