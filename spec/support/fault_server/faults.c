#define _POSIX_C_SOURCE 200809L

#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "gzip.h"
#include "http2.h"
#include "json_text.h"
#include "listeners.h"
#include "receipts.h"

static const char JSON[] = "application/json";

enum { DRIP_PAUSE = 50 }; /* milliseconds between two bytes */

/* --- writing ------------------------------------------------------------------------- */

static bool say(struct connection *connection, const char *text) {
  return stream_write(&connection->stream, text, strlen(text));
}

static const char *reason_of(int status) {
  static const struct {
    int status;
    const char *reason;
  } reasons[] = {
    { 200, "OK" },           { 201, "Created" },     { 204, "No Content" },
    { 302, "Found" },        { 303, "See Other" },   { 307, "Temporary Redirect" },
    { 400, "Bad Request" },  { 401, "Unauthorized" }, { 403, "Forbidden" },
    { 404, "Not Found" },    { 409, "Conflict" },    { 429, "Too Many Requests" },
    { 500, "Server Error" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" },
  };
  for (size_t index = 0; index < sizeof reasons / sizeof *reasons; index++) {
    if (reasons[index].status == status) {
      return reasons[index].reason;
    }
  }
  return "Status";
}

enum ending respond(struct connection *connection, const struct request *request, int status,
                    const char *type, const char *extra, const char *body) {
  if (connection->http2 != NULL) {
    return http2_respond(connection, request, status, type, extra, body);
  }
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    return DROP;
  }
  fprintf(out, "HTTP/1.1 %d %s\r\n%s%s", status, reason_of(status), extra,
          request->keep_alive ? "" : "Connection: close\r\n");
  if (type != NULL) {
    fprintf(out, "Content-Type: %s\r\n", type);
  }
  if (status >= 200 && status != 204 && status != 304) {
    fprintf(out, "Content-Length: %zu\r\n", strlen(body));
  }
  fprintf(out, "\r\n%s", strcmp(request->method, "HEAD") == 0 ? "" : body);
  fclose(out);
  bool written = stream_write(&connection->stream, text, length);
  free(text);
  if (!written) {
    return DROP;
  }
  return request->keep_alive ? KEEP : FINISH;
}

/* What a request that went well is told, for the caller to free; NULL without memory. */
static char *receipt_of(const struct connection *connection, const struct request *request) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    return NULL;
  }
  fputs("{\"status\":\"ok\",\"response\":{\"method\":", out);
  json_text(out, request->method);
  fputs(",\"path\":", out);
  json_text(out, request->target);
  fprintf(out, ",\"body_length\":%zu,\"authorized\":%s,\"connection\":%u,\"request\":%u}}",
          request->body_length, request->authorized ? "true" : "false", connection->number,
          connection->requests);
  fclose(out);
  return text;
}

static enum ending respond_ok(struct connection *connection, const struct request *request,
                              const char *extra) {
  char *text = receipt_of(connection, request);
  enum ending ending = DROP;
  if (text != NULL) {
    ending = respond(connection, request, 200, JSON, extra, text);
  }
  free(text);
  return ending;
}

/* The shape of the platform's own errors. */
static enum ending respond_error(struct connection *connection, const struct request *request,
                                 int status, const char *extra) {
  char body[320];
  snprintf(body, sizeof body,
           "{\"detail\":{\"status\":\"error\",\"description\":\"Status %d as requested.\","
           "\"timestamp\":\"2026-01-02T03:04:05.678901+00:00\","
           "\"request_id\":\"0123456789abcdef0123456789abcdef\",\"category\":\"important\"}}",
           status);
  return respond(connection, request, status, JSON, extra, status == 204 ? "" : body);
}

/* Writes the same bytes until the peer leaves. */
static enum ending repeat(struct connection *connection, const char *bytes, int pause) {
  while (say(connection, bytes) && streams_pause(pause)) {
  }
  return DROP;
}

static int number_or(const struct request *request, int fallback) {
  return request->number >= 0 ? request->number : fallback;
}

/* --- whole answers ------------------------------------------------------------------- */

static enum ending ok(struct connection *connection, struct request *request) {
  return respond_ok(connection, request, "");
}

static enum ending delay(struct connection *connection, struct request *request) {
  streams_pause(number_or(request, 50));
  return respond_ok(connection, request, "");
}

static enum ending echo(struct connection *connection, struct request *request) {
  return respond(connection, request, number_or(request, 200), "text/plain", "", request->text);
}

static enum ending close_announced(struct connection *connection, struct request *request) {
  request->keep_alive = false;
  return respond_ok(connection, request, "");
}

static enum ending until_close(struct connection *connection, struct request *request) {
  char *text = receipt_of(connection, request);
  say(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  "Connection: close\r\n\r\n");
  say(connection, text != NULL ? text : "");
  free(text);
  return FINISH;
}

static enum ending status_asked(struct connection *connection, struct request *request) {
  int status = number_or(request, 500);
  if (status == 200) {
    return respond_ok(connection, request, "");
  }
  return respond_error(connection, request, status, "");
}

static enum ending retry_after(struct connection *connection, struct request *request) {
  return respond_error(connection, request, number_or(request, 503), "Retry-After: 1\r\n");
}

static enum ending retry_after_ms(struct connection *connection, struct request *request) {
  return respond_error(connection, request, number_or(request, 503), "retry-after-ms: 20\r\n");
}

static enum ending retry_after_minute(struct connection *connection, struct request *request) {
  return respond_error(connection, request, number_or(request, 503), "Retry-After: 60\r\n");
}

/* One second later, by a clock that is far behind. */
static enum ending retry_after_date(struct connection *connection, struct request *request) {
  return respond_error(connection, request, number_or(request, 503),
                       "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n"
                       "Retry-After: Wed, 21 Oct 2015 07:28:01 GMT\r\n");
}

static enum ending html(struct connection *connection, struct request *request) {
  return respond(connection, request, number_or(request, 200), "text/html; charset=utf-8", "",
                 "<!DOCTYPE html><html><title>Maintenance</title><p>Back soon.</p></html>");
}

static enum ending html_502(struct connection *connection, struct request *request) {
  request->number = 502;
  return html(connection, request);
}

static enum ending empty(struct connection *connection, struct request *request) {
  return respond(connection, request, number_or(request, 200), JSON, "", "");
}

static enum ending empty_204(struct connection *connection, struct request *request) {
  return respond(connection, request, 204, NULL, "", "");
}

static enum ending not_json(struct connection *connection, struct request *request) {
  return respond(connection, request, number_or(request, 200), JSON, "",
                 "{\"status\": \"ok\", \"response\": oops");
}

static enum ending redirect_to(struct connection *connection, struct request *request, int port) {
  char extra[256] = "Location: ";
  size_t used = strlen(extra);
  if (port > 0) {
    snprintf(extra + used, sizeof extra - used, "http://127.0.0.1:%d", port);
    used = strlen(extra);
  }
  snprintf(extra + used, sizeof extra - used, "/ok/%s/followed\r\n", request->tag);
  return respond_error(connection, request, number_or(request, 307), extra);
}

static enum ending redirect(struct connection *connection, struct request *request) {
  return redirect_to(connection, request, 0);
}

static enum ending redirect_away(struct connection *connection, struct request *request) {
  return redirect_to(connection, request, listeners_port("other"));
}

static enum ending redirect_loop(struct connection *connection, struct request *request) {
  char extra[256];
  snprintf(extra, sizeof extra, "Location: /redirect_loop/%s/followed\r\n", request->tag);
  return respond_error(connection, request, number_or(request, 307), extra);
}

static enum ending continue_100(struct connection *connection, struct request *request) {
  say(connection, "HTTP/1.1 100 Continue\r\n\r\n");
  return respond_ok(connection, request, "");
}

static enum ending early_hints(struct connection *connection, struct request *request) {
  say(connection, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
  streams_pause(SETTLE_PAUSE);
  return respond_ok(connection, request, "");
}

/* Refuses before the body has been read; what is still on its way meets a reset. */
static enum ending early(struct connection *connection, struct request *request) {
  request->keep_alive = false;
  respond_error(connection, request, number_or(request, 413), "Connection: close\r\n");
  streams_pause(SETTLE_PAUSE);
  return FINISH;
}

/* --- too much ------------------------------------------------------------------------ */

enum { BLOCK = 16384 };

/* Writes so many bytes (negative: until the peer leaves), each block as a chunk if asked to. */
static bool flood(struct connection *connection, long long length, bool chunked) {
  char block[BLOCK];
  memset(block, 's', sizeof block);
  while (length != 0) {
    size_t count = length < 0 || length > BLOCK ? BLOCK : (size_t)length;
    bool written = (!chunked || say(connection, "4000\r\n")) &&
                   stream_write(&connection->stream, block, count) &&
                   (!chunked || say(connection, "\r\n"));
    if (!written) {
      return false;
    }
    length -= length < 0 ? 0 : (long long)count;
  }
  return true;
}

static enum ending send_huge(struct connection *connection, int status, long long length) {
  char head[160];
  snprintf(head, sizeof head,
           "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %lld\r\n\r\n",
           status, reason_of(status), length);
  return say(connection, head) && flood(connection, length, false) ? KEEP : DROP;
}

/* The number is the count of MiB; without it there is no end. */
static enum ending huge(struct connection *connection, struct request *request) {
  return send_huge(connection, 200, (long long)number_or(request, 1 << 30) << 20);
}

static enum ending huge_error(struct connection *connection, struct request *request) {
  return send_huge(connection, number_or(request, 500), 1LL << 50);
}

static enum ending huge_chunked(struct connection *connection, struct request *request) {
  (void)request;
  if (say(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n")) {
    flood(connection, -1, true);
  }
  return DROP;
}

static enum ending huge_headers(struct connection *connection, struct request *request) {
  char line[1024];
  (void)request;
  int used = snprintf(line, sizeof line, "X-Filler: ");
  memset(line + used, 's', sizeof line - (size_t)used);
  memcpy(line + sizeof line - 3, "\r\n", 3);
  say(connection, "HTTP/1.1 200 OK\r\n");
  return repeat(connection, line, 0);
}

static enum ending huge_header_line(struct connection *connection, struct request *request) {
  (void)request;
  if (say(connection, "HTTP/1.1 200 OK\r\nX-Filler: ")) {
    flood(connection, -1, false);
  }
  return DROP;
}

static enum ending gzip_start(struct connection *connection, size_t length) {
  char head[160];
  snprintf(head, sizeof head,
           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
           "Content-Length: %zu\r\n\r\n",
           length);
  return say(connection, head) ? KEEP : DROP;
}

static enum ending gzip_bomb(struct connection *connection, struct request *request) {
  (void)request;
  if (gzip_start(connection, gzip_bomb_length()) == DROP ||
      !gzip_bomb_write(&connection->stream)) {
    return DROP;
  }
  return KEEP;
}

static enum ending gzip(struct connection *connection, struct request *request) {
  char *text = receipt_of(connection, request);
  size_t length = 0;
  unsigned char *bytes = text != NULL ? gzip_stored(text, &length) : NULL;
  enum ending ending = bytes != NULL ? gzip_start(connection, length) : DROP;
  if (ending == KEEP && !stream_write(&connection->stream, bytes, length)) {
    ending = DROP;
  }
  free(bytes);
  free(text);
  return ending;
}

static enum ending gzip_garbage(struct connection *connection, struct request *request) {
  static const char garbage[] = "{\"status\":\"ok\"} is no gzip";
  (void)request;
  gzip_start(connection, sizeof garbage - 1);
  return say(connection, garbage) ? KEEP : DROP;
}

/* --- ends too early ------------------------------------------------------------------ */

static const char HALF_BODY[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                "Content-Length: 200\r\n\r\n{\"status\": \"ok\", \"respon";

static enum ending drop_before(struct connection *connection, struct request *request) {
  (void)connection;
  (void)request;
  return DROP;
}

static enum ending reset_before(struct connection *connection, struct request *request) {
  (void)connection;
  (void)request;
  return RESET;
}

static enum ending drop_status_line(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, "HTTP/1.1 20");
  return DROP;
}

static enum ending drop_headers(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, "HTTP/1.1 200 OK\r\nContent-Type: applica");
  return DROP;
}

static enum ending drop_middle(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, HALF_BODY);
  return DROP;
}

static enum ending reset_middle(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, HALF_BODY);
  streams_pause(SETTLE_PAUSE);
  return RESET;
}

static enum ending drop_after(struct connection *connection, struct request *request) {
  respond_ok(connection, request, "");
  return DROP;
}

static enum ending reset_after(struct connection *connection, struct request *request) {
  respond_ok(connection, request, "");
  streams_pause(SETTLE_PAUSE);
  return RESET;
}

static enum ending cut_chunk(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"status\": ");
  return DROP;
}

/* --- breaks the protocol ------------------------------------------------------------- */

static enum ending bad_chunk(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n{}\r\n0\r\n\r\n");
  streams_pause(SETTLE_PAUSE);
  return DROP;
}

/* Content-Length ends within the body; the rest of it lies before the next answer. */
static enum ending short_length(struct connection *connection, struct request *request) {
  (void)request;
  return say(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "Content-Length: 10\r\n\r\n{\"status\": \"ok\", \"response\": {}}")
             ? KEEP
             : DROP;
}

static enum ending long_length(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, HALF_BODY);
  stream_swallow(&connection->stream);
  return DROP;
}

static enum ending garbage(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, "220 mail.example.com ESMTP\r\n");
  streams_pause(SETTLE_PAUSE);
  return DROP;
}

/* --- slow and silent ----------------------------------------------------------------- */

static enum ending silence(struct connection *connection, struct request *request) {
  (void)request;
  stream_swallow(&connection->stream);
  return DROP;
}

static enum ending slow_drip(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, HALF_BODY);
  return repeat(connection, "s", DRIP_PAUSE);
}

static enum ending slow_headers(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, "HTTP/1.1 200 OK\r\nX-Slow: ");
  return repeat(connection, "s", DRIP_PAUSE);
}

static enum ending slow_status_line(struct connection *connection, struct request *request) {
  (void)request;
  say(connection, "HTTP/1.1 200 ");
  return repeat(connection, "O", DRIP_PAUSE);
}

/* --- connections that live, then do not ---------------------------------------------- */

static enum ending keep_then_die(struct connection *connection, struct request *request) {
  return connection->requests == 1 ? respond_ok(connection, request, "") : DROP;
}

static enum ending keep_then_reset(struct connection *connection, struct request *request) {
  return connection->requests == 1 ? respond_ok(connection, request, "") : RESET;
}

static enum ending keep_then_silence(struct connection *connection, struct request *request) {
  if (connection->requests == 1) {
    return respond_ok(connection, request, "");
  }
  return silence(connection, request);
}

static enum ending keep_then_idle_close(struct connection *connection, struct request *request) {
  respond_ok(connection, request, "");
  streams_pause(SETTLE_PAUSE);
  return DROP;
}

/* Counted as a head only: the server has not seen a whole request. */
static enum ending reset_unread(struct connection *connection, struct request *request) {
  (void)connection;
  (void)request;
  return RESET;
}

/* ------------------------------------------------------------------------------------- */

void fault_choose(struct request *request, unsigned long before) {
  const char *name = request->rest;
  size_t length = strcspn(name, ",/?");
  for (; before > 0 && name[length] == ','; before--) {
    name += length + 1;
    length = strcspn(name, ",/?");
  }
  request_set_fault(request, name, length);
}

static enum ending sequence(struct connection *connection, struct request *request) {
  fault_choose(request, receipts_requests(request->tag) - 1);
  const struct fault *fault = fault_find(request->fault);
  if (fault == NULL || fault->act == sequence) {
    return respond(connection, request, 599, "text/plain", "", "no such fault in a sequence");
  }
  return fault->act(connection, request);
}

/* ------------------------------------------------------------------------------------- */

static const struct fault faults[] = {
  { "ok", ok, ANY_VERSION },
  { "delay", delay, HTTP_1 },
  { "echo", echo, HTTP_1 },
  { "close", close_announced, HTTP_1 },
  { "until_close", until_close, HTTP_1 },
  { "status", status_asked, ANY_VERSION },
  { "retry_after", retry_after, ANY_VERSION },
  { "html", html, ANY_VERSION },
  { "html_502", html_502, ANY_VERSION },
  { "empty", empty, ANY_VERSION },
  { "empty_204", empty_204, ANY_VERSION },
  { "not_json", not_json, ANY_VERSION },
  { "redirect", redirect, ANY_VERSION },
  { "redirect_away", redirect_away, ANY_VERSION },
  { "continue_100", continue_100, HTTP_1 },
  { "early_hints", early_hints, HTTP_1 },
  { "early", early, HTTP_1_EARLY },
  { "huge", huge, HTTP_1 },
  { "huge_error", huge_error, HTTP_1 },
  { "huge_chunked", huge_chunked, HTTP_1 },
  { "huge_headers", huge_headers, HTTP_1 },
  { "huge_header_line", huge_header_line, HTTP_1 },
  { "gzip", gzip, HTTP_1 },
  { "gzip_bomb", gzip_bomb, HTTP_1 },
  { "gzip_garbage", gzip_garbage, HTTP_1 },
  { "drop_before", drop_before, HTTP_1 },
  { "reset_before", reset_before, HTTP_1 },
  { "drop_status_line", drop_status_line, HTTP_1 },
  { "drop_headers", drop_headers, HTTP_1 },
  { "drop_middle", drop_middle, HTTP_1 },
  { "reset_middle", reset_middle, HTTP_1 },
  { "drop_after", drop_after, HTTP_1 },
  { "reset_after", reset_after, HTTP_1 },
  { "cut_chunk", cut_chunk, HTTP_1 },
  { "bad_chunk", bad_chunk, HTTP_1 },
  { "short_length", short_length, HTTP_1 },
  { "long_length", long_length, HTTP_1 },
  { "garbage", garbage, HTTP_1 },
  { "silence", silence, HTTP_1 },
  { "slow_drip", slow_drip, HTTP_1 },
  { "slow_headers", slow_headers, HTTP_1 },
  { "slow_status_line", slow_status_line, HTTP_1 },
  { "keep_then_die", keep_then_die, HTTP_1 },
  { "keep_then_reset", keep_then_reset, HTTP_1 },
  { "keep_then_silence", keep_then_silence, HTTP_1 },
  { "keep_then_idle_close", keep_then_idle_close, HTTP_1 },
  { "retry_after_ms", retry_after_ms, ANY_VERSION },
  { "retry_after_minute", retry_after_minute, ANY_VERSION },
  { "retry_after_date", retry_after_date, ANY_VERSION },
  { "redirect_loop", redirect_loop, ANY_VERSION },
  { "reset_unread", reset_unread, HTTP_1_EARLY },
  { "sequence", sequence, HTTP_1 },
};

const struct fault *fault_find(const char *name) {
  for (size_t index = 0; index < sizeof faults / sizeof *faults; index++) {
    if (strcmp(faults[index].name, name) == 0) {
      return &faults[index];
    }
  }
  return NULL;
}
