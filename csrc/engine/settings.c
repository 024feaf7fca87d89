#include "settings.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "secret.h"
#include "url.h"

struct settings *settings_new(void) {
  struct settings *settings = calloc(1, sizeof *settings);
  if (settings) {
    atomic_init(&settings->references, 1);
    settings->timeout = 30;
    settings->connect_timeout = 5;
    settings->attempt_timeout = 10;
    settings->first_pause = 0.5;
    settings->dials_idle = 15;
    settings->retries = 2;
    settings->connections = 32;
    settings->curl_has_ca_file = curl_version_info(CURLVERSION_NOW)->cainfo != NULL;
    settings->max_response_bytes = (size_t)64 * 1024 * 1024;
  }
  return settings;
}

struct settings *settings_retain(struct settings *settings) {
  atomic_fetch_add_explicit(&settings->references, 1, memory_order_relaxed);
  return settings;
}

void settings_release(struct settings *settings) {
  if (!settings ||
      atomic_fetch_sub_explicit(&settings->references, 1, memory_order_acq_rel) != 1) {
    return;
  }
  secret_free(settings->base_url);
  secret_free(settings->origin);
  secret_free(settings->host);
  secret_free(settings->api_key);
  secret_free(settings->user_agent);
  secret_free(settings->ca_file);
  secret_free(settings->proxy);
  free(settings);
}

bool settings_set_text(char **field, const char *text) {
  char *copy = NULL;
  if (text) {
    size_t size = strlen(text) + 1;
    copy = malloc(size);
    if (!copy) {
      return false;
    }
    memcpy(copy, text, size);
  }
  secret_free(*field);
  *field = copy;
  return true;
}

const char *settings_set_base_url(struct settings *settings, const char *text) {
  struct url url;
  const char *fault = url_parse_base(&url, text);
  if (fault) {
    return fault;
  }
  secret_free(settings->base_url);
  secret_free(settings->origin);
  secret_free(settings->host);
  settings->base_url = url.base;
  settings->origin = url.origin;
  settings->host = url.host;
  settings->loopback = url.loopback;
  return NULL;
}

const char *settings_set_proxy(struct settings *settings, const char *text) {
  const char *fault = url_check_proxy(text);
  if (!fault && !settings_set_text(&settings->proxy, text)) {
    fault = "memory ran out";
  }
  return fault;
}
