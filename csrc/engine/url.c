#include "url.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"

/* libcurl answers "localhost" and names below it with a loopback address itself. */
static bool is_loopback(const char *host) {
  static const char local[] = "localhost";
  size_t length = strlen(host);
  size_t tail = sizeof local - 1;
  unsigned a, b, c, d;
  char rest;
  if (strcmp(host, "[::1]") == 0 || strcmp(host, local) == 0) {
    return true;
  }
  if (length > tail && host[length - tail - 1] == '.' && strcmp(host + length - tail, local) == 0) {
    return true;
  }
  return sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 && a == 127 && b < 256 &&
         c < 256 && d < 256;
}

/* The texts up to NULL one after the other, in memory that the caller frees. */
static char *join(const char *const *texts) {
  struct buffer joined = {0};
  for (; *texts; texts++) {
    buffer_append_text(&joined, *texts);
  }
  if (joined.failed) {
    buffer_free(&joined);
  }
  return joined.data;
}

static bool has(CURLU *handle, CURLUPart part) {
  char *text = NULL;
  bool found = curl_url_get(handle, part, &text, 0) == CURLUE_OK;
  curl_free(text);
  return found;
}

/* The parts as libcurl gives them; all are freed by part_free. */
struct parts {
  char *scheme;
  char *host;
  char *port;         /* never NULL: the scheme's own when the URL names none */
  char *written_port; /* NULL when the URL names none, or the scheme's own */
};

static void parts_free(struct parts *parts) {
  curl_free(parts->scheme);
  curl_free(parts->host);
  curl_free(parts->port);
  curl_free(parts->written_port);
}

static bool parts_read(struct parts *parts, CURLU *handle) {
  if (curl_url_get(handle, CURLUPART_SCHEME, &parts->scheme, 0) ||
      curl_url_get(handle, CURLUPART_HOST, &parts->host, 0) ||
      curl_url_get(handle, CURLUPART_PORT, &parts->port, CURLU_DEFAULT_PORT)) {
    return false;
  }
  curl_url_get(handle, CURLUPART_PORT, &parts->written_port, CURLU_NO_DEFAULT_PORT);
  for (char *c = parts->host; *c; c++) {
    *c = (*c >= 'A' && *c <= 'Z') ? (char)(*c + ('a' - 'A')) : *c;
  }
  return true;
}

/* NULL: memory ran out. */
static char *origin_of(const struct parts *parts) {
  const char *origin[] = {parts->scheme, "://", parts->host, ":", parts->port, NULL};
  return join(origin);
}

static const char *fill(struct url *url, const struct parts *parts, const char *text) {
  url->loopback = is_loopback(parts->host);
  if (strcmp(parts->scheme, "http") == 0 && !url->loopback) {
    return "must begin with https:// (plain http would show the key; it is allowed to this "
           "machine only)";
  }
  const char *base[] = {text, NULL};
  const char *host[] = {parts->host, parts->written_port ? ":" : NULL, parts->written_port, NULL};
  url->base = join(base);
  url->origin = origin_of(parts);
  url->host = join(host);
  if (!url->base || !url->origin || !url->host) {
    return "memory ran out";
  }
  size_t length = strlen(url->base);
  while (length > 0 && url->base[length - 1] == '/') {
    url->base[--length] = '\0';
  }
  return NULL;
}

static const char *parse(struct url *url, CURLU *handle, const char *text) {
  struct parts parts = {0};
  if (curl_url_set(handle, CURLUPART_URL, text, 0) != CURLUE_OK) {
    return "is not a URL that begins with https://";
  }
  if (has(handle, CURLUPART_USER) || has(handle, CURLUPART_PASSWORD)) {
    return "must not hold a user or a password";
  }
  if (strpbrk(text, "?#")) {
    return "must not hold a query or a fragment";
  }
  const char *fault = parts_read(&parts, handle) ? NULL : "names no host";
  if (!fault && strcmp(parts.scheme, "https") != 0 && strcmp(parts.scheme, "http") != 0) {
    fault = "must begin with https://";
  }
  if (!fault) {
    fault = fill(url, &parts, text);
  }
  parts_free(&parts);
  return fault;
}

const char *url_parse_base(struct url *url, const char *text) {
  memset(url, 0, sizeof *url);
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c <= ' ' || *c >= 127 || *c == '\\') {
      return "holds a character that a URL cannot have";
    }
  }
  CURLU *handle = curl_url();
  if (!handle) {
    return "memory ran out";
  }
  const char *fault = parse(url, handle, text);
  curl_url_cleanup(handle);
  if (fault) {
    url_free(url);
  }
  return fault;
}

bool url_is_at(const char *origin, const char *text) {
  struct parts parts = {0};
  CURLU *handle = curl_url();
  char *found = NULL;
  if (handle && curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK &&
      !has(handle, CURLUPART_USER) && !has(handle, CURLUPART_PASSWORD) &&
      parts_read(&parts, handle)) {
    found = origin_of(&parts);
  }
  bool same = found && strcmp(found, origin) == 0;
  free(found);
  parts_free(&parts);
  curl_url_cleanup(handle);
  return same;
}

/* libcurl finds the faults of a proxy only when it is used, and then shows its password. */
const char *url_check_proxy(const char *text) {
  static const char *const schemes[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
  char *scheme = NULL;
  bool known = false;
  CURLU *handle = curl_url();
  if (!handle) {
    return "memory ran out";
  }
  if (curl_url_set(handle, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) ==
          CURLUE_OK &&
      curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
      known = known || strcmp(scheme, schemes[i]) == 0;
    }
  }
  curl_free(scheme);
  curl_url_cleanup(handle);
  return known ? NULL : "is not the URL of an HTTP or SOCKS proxy";
}

void url_free(struct url *url) {
  free(url->base);
  free(url->origin);
  free(url->host);
  memset(url, 0, sizeof *url);
}
