#include "transfer.h"

#include <stdio.h>
#include <string.h>

#include "headers.h"

enum {
  HEADER_LIMIT = 256 * 1024,
  KEEPALIVE_IDLE_SECONDS = 30,
  KEEPALIVE_INTERVAL_SECONDS = 10,
  /* One for each transfer; 64 KB would go back to the system, and be asked for again, each time. */
  RECEIVE_BUFFER = 32 * 1024
};

/* --- callbacks: no Lua, no lock, no other transfer ----------------------------------- */

static int on_prerequest(void *data, char *remote, char *local, int remote_port, int local_port) {
  struct transfer *transfer = data;
  (void)remote, (void)local, (void)remote_port, (void)local_port;
  if (atomic_load(&transfer->request->unwanted) || transfer->sendings++ > 0) {
    return CURL_PREREQFUNC_ABORT;
  }
  transfer->fresh = transfer->socket != CURL_SOCKET_BAD;
  return CURL_PREREQFUNC_OK;
}

static size_t append(struct transfer *transfer, struct buffer *buffer, size_t limit,
                     const char *bytes, size_t length) {
  size_t room = limit - buffer->length;
  if (length > room) {
    transfer->over_limit = true;
    buffer_append(buffer, bytes, room);
    return 0;
  }
  if (!buffer_append(buffer, bytes, length)) {
    transfer->no_memory = true;
    return 0;
  }
  return length;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *data) {
  struct transfer *transfer = data;
  size_t length = size * count;
  if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
    buffer_clear(&transfer->response_headers);
    transfer->headers_ended = false;
  } else if (length > 0 && length <= 2 && bytes[length - 1] == '\n') {
    transfer->headers_ended = true;
  }
  return append(transfer, &transfer->response_headers, HEADER_LIMIT, bytes, length);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
  struct transfer *transfer = data;
  return append(transfer, &transfer->response, transfer->response_limit, bytes, size * count);
}

static curl_socket_t on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address) {
  struct transfer *transfer = data;
  (void)purpose;
  transfer->socket = sockets_open(transfer->sockets, address);
  return transfer->socket;
}

/* --- options -------------------------------------------------------------------------- */

static bool make_headers(struct curl_slist **headers, const struct request *request) {
  bool ok = headers_add(headers, "Accept:", " ", "application/json") &&
            headers_add(headers, "Expect:", "", "") && /* waiting for 100 costs a second */
            headers_add(headers, "Content-Type:", request->has_body ? " application/json" : "", "");
  for (struct curl_slist *line = request->headers; ok && line; line = line->next) {
    ok = headers_add(headers, line->data, "", "");
  }
  return ok;
}

static bool add_key(struct curl_slist **headers, const struct request *request,
                    const struct settings *settings) {
  const char *key = request->api_key ? request->api_key : settings->api_key;
  return !key || headers_add(headers, "Authorization:", " Bearer ", key);
}

/* To libcurl "Name:" stands for no such line, and "Name;" for one without a value. */
static void describe_line(struct buffer *lines, const char *line) {
  size_t name = strcspn(line, ":;");
  if (strcmp(line + name, ":") != 0) {
    bool empty = strcmp(line + name, ";") == 0;
    buffer_append(lines, line, empty ? name : strlen(line));
    buffer_append_text(lines, empty ? ":\n" : "\n");
  }
}

bool transfer_describe_headers(const struct request *request, const struct settings *settings,
                               struct buffer *lines) {
  struct curl_slist *headers = NULL;
  bool ok = make_headers(&headers, request) &&
            (!settings->user_agent || headers_add(&headers, "User-Agent:", " ", settings->user_agent));
  for (const struct curl_slist *line = headers; line; line = line->next) {
    describe_line(lines, line->data);
  }
  headers_free(headers);
  return ok && !lines->failed;
}

/* An option that was not set could send another operation, or the key to somebody else: those
 * that copy text can fail for want of memory, any of them with a libcurl that lacks it. */
#define SET(easy, option, value) (curl_easy_setopt(easy, option, value) == CURLE_OK)

static bool expects_body(const struct request *request) {
  static const char *const methods[] = {"POST", "PUT", "PATCH"};
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
    if (strcmp(request->method, methods[i]) == 0) {
      return true;
    }
  }
  return request->has_body;
}

static bool set_method(CURL *easy, const struct request *request) {
  if (strcmp(request->method, "HEAD") == 0) {
    return SET(easy, CURLOPT_NOBODY, 1L);
  }
  if (expects_body(request) &&
      !(SET(easy, CURLOPT_POST, 1L) &&
        SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length) &&
        SET(easy, CURLOPT_POSTFIELDS, buffer_text(&request->body)))) {
    return false;
  }
  return SET(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static bool set_protocols(CURL *easy, const struct settings *settings) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return SET(easy, CURLOPT_PROTOCOLS_STR, settings->loopback ? "http,https" : "https");
#else
  return SET(easy, CURLOPT_PROTOCOLS,
             (long)(CURLPROTO_HTTPS | (settings->loopback ? CURLPROTO_HTTP : 0)));
#endif
}

/* "" also keeps libcurl from the environment: plain http is only for this machine, and what
 * is for this machine must not be shown to a proxy. */
static bool set_proxy(CURL *easy, const struct settings *settings) {
  const char *proxy = settings->loopback ? "" : settings->proxy;
  return (!proxy || SET(easy, CURLOPT_PROXY, proxy)) &&
         SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/* A directory beside the file keeps libcurl from reading the file once for all connections: then
 * each of them costs 20 ms, in which nothing else moves. */
static bool set_authorities(CURL *easy, const struct settings *settings) {
  bool has_file = settings->ca_file || settings->curl_has_ca_file;
  if (settings->ca_file && !SET(easy, CURLOPT_CAINFO, settings->ca_file)) {
    return false;
  }
  CURLcode without = has_file ? curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) : CURLE_OK;
  return without == CURLE_OK || without == CURLE_NOT_BUILT_IN; /* a TLS library without directories */
}

static bool set_trust(CURL *easy, const struct settings *settings) {
  return set_protocols(easy, settings) &&
         SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
         SET(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
         SET(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
         set_authorities(easy, settings) && set_proxy(easy, settings);
}

/* libcurl's own time limits only stand behind the engine's. */
static long backstop(double seconds) {
  enum { GRACE_MILLISECONDS = 500 };
  return (long)(seconds * 1000) + GRACE_MILLISECONDS;
}

static bool set_resolver(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a resolver that hangs */
#endif
  return SET(easy, CURLOPT_NOSIGNAL, 1L);
}

static bool set_connection(struct transfer *transfer, const struct request *request,
                           const struct settings *settings) {
  CURL *easy = transfer->easy;
  return set_resolver(easy) &&
         SET(easy, CURLOPT_CONNECTTIMEOUT_MS, backstop(settings->connect_timeout)) &&
         (request->effect != EFFECT_DIALS ||
          SET(easy, CURLOPT_MAXAGE_CONN, settings->dials_idle)) &&
         SET(easy, CURLOPT_TCP_KEEPALIVE, 1L) &&
         SET(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_IDLE_SECONDS) &&
         SET(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_INTERVAL_SECONDS) &&
         SET(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket) &&
         SET(easy, CURLOPT_OPENSOCKETDATA, transfer) &&
         SET(easy, CURLOPT_CLOSESOCKETFUNCTION, sockets_close) &&
         SET(easy, CURLOPT_CLOSESOCKETDATA, transfer->sockets); /* outlives us */
}

static bool set_callbacks(struct transfer *transfer) {
  CURL *easy = transfer->easy;
  return SET(easy, CURLOPT_PREREQFUNCTION, on_prerequest) &&
         SET(easy, CURLOPT_PREREQDATA, transfer) &&
         SET(easy, CURLOPT_HEADERFUNCTION, on_header) &&
         SET(easy, CURLOPT_HEADERDATA, transfer) &&
         SET(easy, CURLOPT_WRITEFUNCTION, on_body) &&
         SET(easy, CURLOPT_WRITEDATA, transfer) &&
         SET(easy, CURLOPT_ERRORBUFFER, transfer->error);
}

static bool set_request(struct transfer *transfer, const struct request *request,
                        const struct settings *settings) {
  CURL *easy = transfer->easy;
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BUFFER); /* for speed alone */
  return SET(easy, CURLOPT_URL, buffer_text(&request->url)) &&
         SET(easy, CURLOPT_PATH_AS_IS, 1L) &&
         SET(easy, CURLOPT_HTTPHEADER, transfer->headers) &&
         SET(easy, CURLOPT_USERAGENT, settings->user_agent) &&
         SET(easy, CURLOPT_ACCEPT_ENCODING, ""); /* all that libcurl can decode */
}

bool transfer_prepare(struct transfer *transfer, CURL *easy, const struct request *request,
                      const struct settings *settings, struct sockets *sockets) {
  transfer->request = request;
  transfer->sockets = sockets;
  transfer->socket = CURL_SOCKET_BAD;
  transfer->response_limit = settings->max_response_bytes;
  transfer->https = strncmp(settings->origin, "https:", 6) == 0;
  transfer->easy = easy;
  return easy && make_headers(&transfer->headers, request) &&
         add_key(&transfer->headers, request, settings) && set_method(easy, request) &&
         set_trust(easy, settings) && set_connection(transfer, request, settings) &&
         set_callbacks(transfer) && set_request(transfer, request, settings);
}

void transfer_limit_time(struct transfer *transfer, double seconds) {
  curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, backstop(seconds));
}

/* The scope of link-local addresses is part of what libcurl, from 7.83 on, keeps connections
 * apart by, and nothing else to any address of the platform. Without such pools every HTTP/1.1
 * connection would make libcurl believe that the host cannot multiplex, and reads would go
 * over connections meant for what must not be repeated. */
void transfer_choose_pool(struct transfer *transfer, bool may_share, bool host_shares,
                          unsigned generation) {
  CURL *easy = transfer->easy;
  unsigned pool = may_share ? 2 * generation : 1;
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   (long)(may_share ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_ADDRESS_SCOPE, host_shares ? (long)pool : 0L);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, host_shares && may_share ? 1L : 0L);
}

/* --- report --------------------------------------------------------------------------- */

static double seconds_of(CURL *easy, CURLINFO what) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, what, &microseconds);
  return microseconds > 0 ? (double)microseconds * 1e-6 : -1;
}

static int http_version(CURL *easy) {
  long version = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
  switch (version) {
  case CURL_HTTP_VERSION_1_0:
    return 10;
  case CURL_HTTP_VERSION_1_1:
    return 11;
  case CURL_HTTP_VERSION_2_0:
    return 20;
  case CURL_HTTP_VERSION_3:
    return 30;
  default:
    return 0;
  }
}

static void count_bytes(CURL *easy, struct transfer_report *report) {
  curl_off_t sent = 0, received = 0;
  long sent_first = 0, headers = 0; /* over HTTP/1.1 the beginning of the body goes with the headers */
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent_first);
  curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &headers);
  if (report->http_version >= 20) {
    sent += sent_first;
  } else if (sent < sent_first) {
    sent = sent_first;
  }
  report->bytes_sent = (unsigned long long)sent;
  report->bytes_received = (unsigned long long)received + (unsigned long long)headers;
}

static bool no_answer(const struct transfer *transfer) {
  return transfer->response_headers.length == 0;
}

static enum phase find_phase(const struct transfer *transfer, CURLcode code,
                             const struct timing *timing) {
  if (transfer->sendings > 0) {
    return no_answer(transfer) ? PHASE_SEND : PHASE_RECEIVE;
  }
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
    return PHASE_RESOLVE;
  case CURLE_COULDNT_CONNECT:
    return PHASE_CONNECT;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
    return PHASE_TLS;
  default:
    break;
  }
  if (timing->resolve < 0) {
    return PHASE_RESOLVE;
  }
  return transfer->https && sockets_is_connected(transfer->socket) ? PHASE_TLS : PHASE_CONNECT;
}

/* A header line above 100 KB: to libcurl before 8.6, a lack of memory. */
static bool is_header_too_large(const struct transfer *transfer, CURLcode code, int status) {
#if LIBCURL_VERSION_NUM >= 0x080600
  if (code == CURLE_TOO_LARGE) {
    return true;
  }
#endif
  return code == CURLE_OUT_OF_MEMORY && !transfer->no_memory && status > 0 &&
         !transfer->headers_ended;
}

static enum outcome find_outcome(const struct transfer *transfer, CURLcode code,
                                 enum outcome stopped, int status) {
  if (code == CURLE_OK && stopped == OUTCOME_NONE && transfer->headers_ended) {
    return OUTCOME_RESPONSE;
  }
  if (is_header_too_large(transfer, code, status)) {
    return OUTCOME_TOO_LARGE;
  }
  if (transfer->no_memory || code == CURLE_OUT_OF_MEMORY) {
    return OUTCOME_NO_MEMORY;
  }
  if (stopped == OUTCOME_CANCELLED || stopped == OUTCOME_CLOSED) {
    return stopped;
  }
  if (status >= 300) {
    return OUTCOME_RESPONSE; /* the status says all; the rest of its body does not matter */
  }
  if (transfer->over_limit) {
    return OUTCOME_TOO_LARGE;
  }
  if (stopped != OUTCOME_NONE) {
    return stopped;
  }
  return code == CURLE_OPERATION_TIMEDOUT ? OUTCOME_TIMEOUT : OUTCOME_NETWORK;
}

/* libcurl's own text may hold the URL of a proxy, and with it a password. */
static const char *safe_text(const struct transfer *transfer, CURLcode code) {
  const char *text = transfer->error;
  bool unsafe = strchr(text, '@') || strstr(text, "://");
  return text[0] && !unsafe ? text : curl_easy_strerror(code);
}

static void explain(struct transfer *transfer, CURLcode code, enum outcome stopped,
                    enum outcome outcome) {
  const char *text = "";
  if (transfer->sendings > 1) {
    text = transfer->fresh ? "the connection refused the request"
                           : "the connection died before an answer came";
  } else if (outcome == OUTCOME_TOO_LARGE) {
    text = "the answer is larger than allowed";
  } else if (stopped == OUTCOME_NONE && code == CURLE_OK && !transfer->headers_ended) {
    text = "the connection ended within the headers";
  } else if (stopped == OUTCOME_NONE && code != CURLE_OK) {
    text = safe_text(transfer, code);
  }
  if (text != transfer->error) {
    snprintf(transfer->error, sizeof transfer->error, "%s", text);
  }
}

void transfer_report(struct transfer *transfer, CURLcode code, enum outcome stopped,
                     struct transfer_report *report) {
  CURL *easy = transfer->easy;
  long status = 0, connects = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
  report->status = status >= 200 && !no_answer(transfer) ? (int)status : 0;
  report->http_version = http_version(easy);
  report->timing.resolve = seconds_of(easy, CURLINFO_NAMELOOKUP_TIME_T);
  report->timing.connect = seconds_of(easy, CURLINFO_CONNECT_TIME_T);
  report->timing.tls = seconds_of(easy, CURLINFO_APPCONNECT_TIME_T);
  report->timing.first_byte = seconds_of(easy, CURLINFO_STARTTRANSFER_TIME_T);
  report->retry_after =
      report->status >= 300 ? headers_retry_after(&transfer->response_headers) : -1;
  report->connected = connects > 0;
  count_bytes(easy, report);
  report->timing.reused = transfer->sendings > 0 && !transfer->fresh;
  report->outcome = find_outcome(transfer, code, stopped, report->status);
  report->phase = code == CURLE_OK && stopped == OUTCOME_NONE && transfer->headers_ended
                      ? PHASE_DONE
                      : find_phase(transfer, code, &report->timing);
  explain(transfer, code, stopped, report->outcome);
}

const char *transfer_redirect(const struct transfer *transfer) {
  char *url = NULL;
  curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &url);
  return url;
}

void transfer_retire_silent(struct transfer *transfer) {
  if (no_answer(transfer)) {
    curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, 1L);
  }
}

CURL *transfer_detach(struct transfer *transfer) {
  CURL *easy = transfer->easy;
  transfer->easy = NULL;
  return easy;
}

void transfer_reset(struct transfer *transfer) {
  const struct transfer none = {0};
  transfer_free(transfer);
  *transfer = none;
}

void transfer_free(struct transfer *transfer) {
  curl_easy_cleanup(transfer->easy);
  headers_free(transfer->headers);
  buffer_free(&transfer->response_headers);
  buffer_free(&transfer->response);
}
