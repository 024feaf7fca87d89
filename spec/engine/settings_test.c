/* What a base URL may be: https, or http to this machine; nothing that could hide a secret. */
#include "settings.h"

#include <string.h>

#include "check.h"

static void accepts(const char *url, const char *base, const char *origin, const char *host,
                    bool loopback) {
  struct settings *settings = settings_new();
  const char *fault = settings_set_base_url(settings, url);
  CHECK(!fault, "%s: %s", url, fault);
  if (!fault) {
    CHECK(strcmp(settings->base_url, base) == 0, "%s: base %s", url, settings->base_url);
    CHECK(strcmp(settings->origin, origin) == 0, "%s: origin %s", url, settings->origin);
    CHECK(strcmp(settings->host, host) == 0, "%s: host %s", url, settings->host);
    CHECK(settings->loopback == loopback, "%s: loopback %d", url, settings->loopback);
  }
  settings_release(settings);
}

static void refuses(const char *url) {
  struct settings *settings = settings_new();
  const char *fault = settings_set_base_url(settings, url);
  CHECK(fault, "%s was accepted", url);
  CHECK(!fault || !strstr(fault, "hunter2"), "%s: the fault shows it: %s", url, fault);
  CHECK(!settings->base_url, "%s: kept all the same", url);
  settings_release(settings);
}

int main(void) {
  accepts("https://api.synthflow.ai/v2", "https://api.synthflow.ai/v2",
          "https://api.synthflow.ai:443", "api.synthflow.ai", false);
  accepts("https://api.eu.synthflow.ai/v2/", "https://api.eu.synthflow.ai/v2",
          "https://api.eu.synthflow.ai:443", "api.eu.synthflow.ai", false);
  accepts("HTTPS://API.Synthflow.ai:8443", "HTTPS://API.Synthflow.ai:8443",
          "https://api.synthflow.ai:8443", "api.synthflow.ai:8443", false);
  accepts("http://127.0.0.1:8080/v2", "http://127.0.0.1:8080/v2", "http://127.0.0.1:8080",
          "127.0.0.1:8080", true);
  accepts("http://127.8.9.10", "http://127.8.9.10", "http://127.8.9.10:80", "127.8.9.10", true);
  accepts("http://localhost:1", "http://localhost:1", "http://localhost:1", "localhost:1", true);
  accepts("http://api.localhost", "http://api.localhost", "http://api.localhost:80",
          "api.localhost", true);
  accepts("http://[::1]:5", "http://[::1]:5", "http://[::1]:5", "[::1]:5", true);
  accepts("https://localhost", "https://localhost", "https://localhost:443", "localhost", true);
  static const char *const refused[] = {
    "", "api.synthflow.ai", "ftp://api.synthflow.ai", "file:///etc/passwd",
    "http://api.synthflow.ai/v2", "http://127.0.0.1.example.com", "http://127.0.0.1@example.com",
    "http://notlocalhost", "http://localhost.example.com", "http://128.0.0.1",
    "https://user:hunter2@api.synthflow.ai", "https://hunter2@api.synthflow.ai",
    "https://api.synthflow.ai/v2?key=hunter2", "https://api.synthflow.ai/v2#hunter2",
    "https://api.synthflow.ai/v2?", "https://api.synthflow.ai/a b", "https://api.synthflow.ai\r\nX: y",
    "https://api.synthflow.ai\\@example.com", "https://", "https://:443", "https://api.synthflow.ai:99999",
    "https://\xc3\xa4pi.synthflow.ai",
  };
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    refuses(refused[i]);
  }
  return checks_conclude("settings_test");
}
