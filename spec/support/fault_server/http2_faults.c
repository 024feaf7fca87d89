#define _POSIX_C_SOURCE 200809L

#include "http2_faults.h"

#include <string.h>

#include "http2.h"

static const char HALF_BODY[] = "{\"status\": \"ok\", \"respon";

/* The peer is to see all that was said, and then a FIN. */
static enum ending leave(struct connection *connection, enum ending ending) {
  http2_flush(connection);
  stream_settle(&connection->stream);
  return ending;
}

static enum ending rst_stream(struct connection *connection, struct request *request) {
  http2_reset_stream(connection, request, HTTP2_INTERNAL_ERROR);
  return KEEP;
}

static enum ending refused_stream(struct connection *connection, struct request *request) {
  http2_reset_stream(connection, request, HTTP2_REFUSED_STREAM);
  return KEEP;
}

/* The client's streams have odd numbers; 0 stands for none of them. */
static enum ending goaway_below(struct connection *connection, struct request *request) {
  http2_go_away(connection, request->stream > 1 ? request->stream - 2 : 0);
  return leave(connection, FINISH);
}

static enum ending goaway_above(struct connection *connection, struct request *request) {
  http2_go_away(connection, request->stream);
  http2_flush(connection);
  return fault_find("ok")->act(connection, request);
}

static enum ending half_data(struct connection *connection, struct request *request) {
  http2_respond_half(connection, request, HALF_BODY);
  return leave(connection, DROP);
}

static enum ending half_data_reset(struct connection *connection, struct request *request) {
  http2_respond_half(connection, request, HALF_BODY);
  http2_flush(connection);
  http2_reset_stream(connection, request, HTTP2_INTERNAL_ERROR);
  return KEEP;
}

static enum ending silence(struct connection *connection, struct request *request) {
  (void)request;
  stream_swallow(&connection->stream);
  return DROP;
}

static enum ending silent_stream(struct connection *connection, struct request *request) {
  (void)connection;
  (void)request;
  return KEEP;
}

static enum ending drop_before(struct connection *connection, struct request *request) {
  (void)request;
  return leave(connection, DROP);
}

static enum ending reset_before(struct connection *connection, struct request *request) {
  (void)connection;
  (void)request;
  return RESET;
}

/* ------------------------------------------------------------------------------------- */

static const struct fault faults[] = {
  { "rst_stream", rst_stream, HTTP_2 },
  { "refused_stream", refused_stream, HTTP_2_REFUSING },
  { "goaway_below", goaway_below, HTTP_2_REFUSING },
  { "goaway_above", goaway_above, HTTP_2 },
  { "half_data", half_data, HTTP_2 },
  { "half_data_reset", half_data_reset, HTTP_2 },
  { "silence", silence, HTTP_2 },
  { "silent_stream", silent_stream, HTTP_2 },
  { "drop_before", drop_before, HTTP_2 },
  { "die", drop_before, HTTP_2 },
  { "reset_before", reset_before, HTTP_2 },
  { "reset", reset_before, HTTP_2 },
};

const struct fault *http2_fault_find(const char *name) {
  for (size_t index = 0; index < sizeof faults / sizeof *faults; index++) {
    if (strcmp(faults[index].name, name) == 0) {
      return &faults[index];
    }
  }
  const struct fault *fault = fault_find(name);
  return fault != NULL && fault->way == ANY_VERSION ? fault : NULL;
}
