#define _POSIX_C_SOURCE 200809L

#include "peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

static char ports[512]; /* the server's first line: "plain=1 tls=2 ..." */
static char ca_file[4096];

static void give_up(const char *why) {
  fprintf(stderr, "the fault server: %s\n", why);
  exit(2);
}

static int port_of(const char *listener) {
  char name[64];
  snprintf(name, sizeof name, "%s=", listener);
  const char *found = ports;
  while ((found = strstr(found, name)) && found != ports && found[-1] != ' ') {
    found++;
  }
  return found ? atoi(found + strlen(name)) : 0;
}

static bool read_line(int number, char *line, size_t size) {
  size_t length = 0;
  while (length < size - 1 && read(number, line + length, 1) == 1) {
    if (line[length++] == '\n') {
      line[length] = '\0';
      return true;
    }
  }
  return false;
}

static void be_server(const char *build, int out[2]) {
  char program[4096], certificates[4096];
  snprintf(program, sizeof program, "%s/spec/support/fault_server", build);
  snprintf(certificates, sizeof certificates, "%s/spec/support/certificates", build);
  dup2(out[1], 1);
  close(out[0]);
  close(out[1]);
  execl(program, program, "--until-reader-gone", "--certificates", certificates, (char *)NULL);
  _exit(127);
}

/* The read end of its standard output stays open here: with us ends the server. */
void peer_start(void) {
  const char *build = getenv("SYNTHFLOW_BUILD");
  const char *running = getenv("SYNTHFLOW_PEER_PORTS");
  int out[2];
  build = build ? build : "build";
  snprintf(ca_file, sizeof ca_file, "%s/spec/support/certificates/ca.pem", build);
  if (running) {
    snprintf(ports, sizeof ports, "%s", running);
    return;
  }
  if (pipe(out)) {
    give_up("no pipe");
  }
  if (fork() == 0) {
    be_server(build, out);
  }
  close(out[1]);
  fcntl(out[0], F_SETFD, FD_CLOEXEC);
  if (!read_line(out[0], ports, sizeof ports) || port_of("plain") == 0) {
    give_up("did not name its ports; was it built?");
  }
  setenv("SYNTHFLOW_PEER_PORTS", ports, 1);
}

static struct settings *settings_for(const char *url, bool tls) {
  struct settings *settings = settings_new();
  if (!settings || settings_set_base_url(settings, url) ||
      !settings_set_text(&settings->api_key, "key-of-the-test") ||
      (tls && !settings_set_text(&settings->ca_file, ca_file))) {
    give_up("no settings for it");
  }
  return settings;
}

struct settings *peer_settings_on(const char *listener, const char *host, const char *fault,
                                  const char *tag) {
  bool tls = strncmp(listener, "tls", 3) == 0;
  char url[512];
  int length = snprintf(url, sizeof url, "%s://%s:%d", tls ? "https" : "http", host,
                        port_of(listener));
  if (fault) {
    snprintf(url + length, sizeof url - (size_t)length, "/%s/%s", fault, tag);
  }
  return settings_for(url, tls);
}

struct settings *peer_settings(const char *fault, const char *tag) {
  return peer_settings_on("plain", "127.0.0.1", fault, tag);
}

struct settings *peer_settings_tls(const char *fault, const char *tag) {
  return peer_settings_on("tls", "localhost", fault, tag);
}

struct settings *peer_settings_http2(const char *fault, const char *tag) {
  return peer_settings_on("tls_http2", "localhost", fault, tag);
}

struct settings *peer_settings_at(const char *listener) {
  return peer_settings_on(listener, "127.0.0.1", NULL, NULL);
}

struct exchange *peer_request(struct settings *settings, const char *method, enum effect effect,
                              const char *body) {
  struct exchange *exchange = exchange_new(settings);
  if (!exchange || !exchange_set_method(exchange, method) ||
      !buffer_append_text(exchange_url(exchange), "/thing")) {
    give_up("no exchange for it");
  }
  exchange_set_effect(exchange, effect);
  if (body) {
    buffer_append_text(exchange_body(exchange), body);
    exchange_use_body(exchange);
  }
  return exchange;
}

void peer_run(struct exchange *exchange) {
  engine_submit(exchange, DRIVE_BY_WAITING);
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
}

static int number_after(const char *text, const char *name) {
  const char *found = strstr(text, name);
  return found ? atoi(found + strlen(name)) : -1;
}

struct peer_count peer_received(const char *tag) {
  struct peer_count count = {-1, -1, -1};
  struct sockaddr_in address = {.sin_family = AF_INET};
  char text[4096];
  size_t length = 0;
  ssize_t got;
  address.sin_port = htons((unsigned short)port_of("plain"));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int number = socket(AF_INET, SOCK_STREAM, 0);
  if (number < 0 || connect(number, (struct sockaddr *)&address, sizeof address)) {
    give_up("no connection to its counters");
  }
  snprintf(text, sizeof text,
           "GET /_received/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", tag);
  if (send(number, text, strlen(text), 0) < 0) {
    give_up("no answer from its counters");
  }
  while (length < sizeof text - 1 &&
         (got = recv(number, text + length, sizeof text - 1 - length, 0)) > 0) {
    length += (size_t)got;
  }
  text[length] = '\0';
  close(number);
  count.requests = number_after(text, "\"requests\":");
  count.refused = number_after(text, "\"refused\":");
  count.connections = number_after(text, "\"connections\":");
  return count;
}

int peer_await_received(const char *tag, int count) {
  double until = clock_now() + 10;
  while (peer_received(tag).requests < count && clock_now() < until) {
    peer_pause(0.01);
  }
  return peer_received(tag).requests;
}

void peer_pause(double seconds) {
  struct timespec span = {.tv_sec = (time_t)seconds};
  span.tv_nsec = (long)((seconds - (double)span.tv_sec) * 1e9);
  nanosleep(&span, NULL);
}
