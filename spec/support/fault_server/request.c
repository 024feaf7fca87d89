#define _POSIX_C_SOURCE 200809L

#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_ROOM = 8192, TEXT_LIMIT = 1024 * 1024 };

static bool fill(struct connection *connection) {
  if (connection->begin == connection->end) {
    connection->begin = 0;
    connection->end = 0;
  }
  size_t room = sizeof connection->bytes - connection->end;
  size_t count = stream_read(&connection->stream, connection->bytes + connection->end, room);
  connection->end += count;
  return count > 0;
}

static void remember(struct request *request, const char *bytes, size_t length) {
  if (ftell(request->text_out) + (long)length <= TEXT_LIMIT) {
    fwrite(bytes, 1, length, request->text_out);
  }
}

/* One line without its end, NUL-terminated. False: the peer left, or the line is too long. */
static bool read_line(struct connection *connection, struct request *request, char *line) {
  size_t length = 0;
  for (;;) {
    if (connection->begin == connection->end && !fill(connection)) {
      return false;
    }
    char byte = connection->bytes[connection->begin++];
    remember(request, &byte, 1);
    if (byte == '\n') {
      break;
    }
    if (length + 1 == LINE_ROOM) {
      return false;
    }
    line[length++] = byte;
  }
  if (length > 0 && line[length - 1] == '\r') {
    length--;
  }
  line[length] = '\0';
  return true;
}

static bool read_bytes(struct connection *connection, struct request *request, size_t length) {
  while (length > 0) {
    if (connection->begin == connection->end && !fill(connection)) {
      return false;
    }
    size_t count = connection->end - connection->begin;
    count = count < length ? count : length;
    remember(request, connection->bytes + connection->begin, count);
    connection->begin += count;
    request->body_length += count;
    length -= count;
  }
  return true;
}

static bool read_chunks(struct connection *connection, struct request *request) {
  char line[LINE_ROOM];
  for (;;) {
    if (!read_line(connection, request, line)) {
      return false;
    }
    unsigned long size = strtoul(line, NULL, 16);
    if (size == 0) {
      break;
    }
    if (!read_bytes(connection, request, size) || !read_line(connection, request, line)) {
      return false;
    }
  }
  do {
    if (!read_line(connection, request, line)) {
      return false;
    }
  } while (line[0] != '\0');
  return true;
}

void request_set_fault(struct request *request, const char *text, size_t length) {
  snprintf(request->fault, sizeof request->fault, "%.*s", (int)length, text);
  request->number = -1;
  char *dash = strrchr(request->fault, '-');
  if (dash != NULL && dash[1] != '\0' && strspn(dash + 1, "0123456789") == strlen(dash + 1)) {
    request->number = atoi(dash + 1);
    *dash = '\0';
  }
}

/* `ends`: what stands between two segments, and then what ends them all. */
static const char *segment_after(const char *segment, const char *ends) {
  segment += strcspn(segment, ends);
  return segment + (*segment == ends[0] ? 1 : 0);
}

void request_split_target(struct request *request) {
  const char *ends = strcmp(request->method, "CONNECT") == 0 ? ".:" : "/?";
  const char *fault = request->target + strspn(request->target, "/");
  const char *tag = segment_after(fault, ends);
  request_set_fault(request, fault, strcspn(fault, ends));
  snprintf(request->tag, sizeof request->tag, "%.*s", (int)strcspn(tag, ends), tag);
  request->rest = segment_after(tag, ends);
}

static bool parse_request_line(struct request *request, const char *line) {
  int end = 0;
  if (sscanf(line, "%15s %2047s HTTP/1.%*[01]%n", request->method, request->target, &end) != 2 ||
      end == 0 || line[end] != '\0') {
    return false;
  }
  request->keep_alive = line[end - 1] == '1';
  request_split_target(request);
  return true;
}

static void parse_header(struct request *request, const char *line) {
  size_t name_length = strcspn(line, ":");
  const char *value = line + name_length + (line[name_length] == ':' ? 1 : 0);
  value += strspn(value, " \t");
  if (strncasecmp(line, "content-length:", name_length + 1) == 0) {
    request->body_length = strtoul(value, NULL, 10);
  } else if (strncasecmp(line, "transfer-encoding:", name_length + 1) == 0) {
    request->chunked = strcasecmp(value, "chunked") == 0;
  } else if (strncasecmp(line, "authorization:", name_length + 1) == 0) {
    request->authorized = true;
  } else if (strncasecmp(line, "expect:", name_length + 1) == 0) {
    request->expects_continue = strcasecmp(value, "100-continue") == 0;
  } else if (strncasecmp(line, "connection:", name_length + 1) == 0) {
    request->keep_alive = request->keep_alive && strcasecmp(value, "close") != 0;
  }
}

bool request_read_head(struct connection *connection, struct request *request) {
  char line[LINE_ROOM];
  memset(request, 0, sizeof *request);
  request->text_out = open_memstream(&request->text, &request->text_length);
  if (request->text_out == NULL || !read_line(connection, request, line) ||
      !parse_request_line(request, line)) {
    return false;
  }
  for (;;) {
    if (!read_line(connection, request, line)) {
      return false;
    }
    if (line[0] == '\0') {
      connection->requests++;
      return true;
    }
    parse_header(request, line);
  }
}

bool request_read_body(struct connection *connection, struct request *request) {
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
  size_t expected = request->body_length;
  bool whole;
  if (request->expects_continue &&
      !stream_write(&connection->stream, go_on, sizeof go_on - 1)) {
    return false;
  }
  request->body_length = 0;
  if (request->chunked) {
    whole = read_chunks(connection, request);
  } else {
    whole = read_bytes(connection, request, expected);
  }
  fflush(request->text_out);
  return whole;
}

void request_free(struct request *request) {
  if (request->text_out != NULL) {
    fclose(request->text_out);
  }
  free(request->text);
}
