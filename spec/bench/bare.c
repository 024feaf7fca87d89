/* bare - what libcurl alone can do: the measure that the library is held against.
 *
 *   bare sequential COUNT METHOD URL CA_FILE
 *   bare multi IN_FLIGHT COUNT METHOD URL CA_FILE
 *
 * One easy handle and curl_easy_perform, or one multi handle that keeps so many in flight. A POST
 * writes its JSON anew for each request; every answer is collected, and looked into. Prints the
 * microseconds of one request, those that opened the connections not counted. */
#define _POSIX_C_SOURCE 200809L

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IN_FLIGHT_MOST = 64, WARM_UP_EACH = 20 };

struct transfer {
  CURL *easy;
  char body[512];
  char answer[4096];
  size_t length;
};

static const char *method, *url, *ca_file;
static struct curl_slist *headers;
static unsigned long written; /* a number in each body, so that it is made anew */

static void give_up(const char *why) {
  fprintf(stderr, "bare: %s\n", why);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* --- one request ---------------------------------------------------------------------- */

static size_t collect(char *bytes, size_t size, size_t count, void *data) {
  struct transfer *transfer = data;
  size_t length = size * count;
  if (length >= sizeof transfer->answer - transfer->length) {
    return 0;
  }
  memcpy(transfer->answer + transfer->length, bytes, length);
  transfer->length += length;
  return length;
}

static void prepare(struct transfer *transfer) {
  CURL *easy = transfer->easy = curl_easy_init();
  if (!easy) {
    give_up("no memory");
  }
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)transfer);
}

static void write_request(struct transfer *transfer) {
  transfer->length = 0;
  if (strcmp(method, "POST") == 0) {
    int length = snprintf(transfer->body, sizeof transfer->body,
                          "{\"friendly_name\":\"%s\",\"phone_number\":\"+3378%07lu\","
                          "\"termination_uri\":\"%s\",\"workspace_id\":\"%s\"}",
                          "My Custom Number", written++ % 10000000, "sip.example.com",
                          "1710107690998x536152705164378100");
    curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE, (long)length);
    curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, transfer->body);
  }
}

static void read_answer(struct transfer *transfer, CURLcode code) {
  long status = 0;
  if (code != CURLE_OK) {
    give_up(curl_easy_strerror(code));
  }
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  transfer->answer[transfer->length] = '\0';
  if (status != 200 || !strstr(transfer->answer, "\"status\":\"ok\"")) {
    give_up("an answer is not what it should be");
  }
}

/* --- one after the other --------------------------------------------------------------- */

static void run_sequential(struct transfer *transfer, int count) {
  for (int i = 0; i < count; i++) {
    write_request(transfer);
    read_answer(transfer, curl_easy_perform(transfer->easy));
  }
}

/* --- many at once ----------------------------------------------------------------------- */

static void start(CURLM *multi, struct transfer *transfer) {
  write_request(transfer);
  if (curl_multi_add_handle(multi, transfer->easy) != CURLM_OK) {
    give_up("no memory");
  }
}

/* Every one that has ended makes way for one of those still to be started. */
static int turn_over(CURLM *multi, int *to_start) {
  int ended = 0, left;
  const CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    CURLcode code = message->data.result;
    CURL *easy = message->easy_handle;
    char *private = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    struct transfer *transfer = (struct transfer *)(void *)private;
    curl_multi_remove_handle(multi, easy);
    read_answer(transfer, code);
    ended++;
    if (*to_start > 0) {
      (*to_start)--;
      start(multi, transfer);
    }
  }
  return ended;
}

static void run_multi(CURLM *multi, struct transfer *transfers, int in_flight, int count) {
  int to_start = count - in_flight, ended = 0, running;
  for (int i = 0; i < in_flight; i++) {
    start(multi, &transfers[i]);
  }
  while (ended < count) {
    curl_multi_perform(multi, &running);
    int more = turn_over(multi, &to_start);
    ended += more;
    if (more == 0) {
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
  }
}

/* ---------------------------------------------------------------------------------------- */

static double measure(int in_flight, int count) {
  static struct transfer transfers[IN_FLIGHT_MOST];
  CURLM *multi = in_flight > 0 ? curl_multi_init() : NULL;
  double began = 0;
  for (int i = 0; i < in_flight || i == 0; i++) {
    prepare(&transfers[i]);
  }
  if (multi) {
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)in_flight);
    run_multi(multi, transfers, in_flight, in_flight * WARM_UP_EACH);
    began = now();
    run_multi(multi, transfers, in_flight, count);
  } else {
    run_sequential(transfers, WARM_UP_EACH);
    began = now();
    run_sequential(transfers, count);
  }
  return (now() - began) * 1e6 / count;
}

int main(int arguments, char **argument) {
  int in_flight = 0;
  if (arguments == 7 && strcmp(argument[1], "multi") == 0) {
    in_flight = atoi(argument[2]);
    argument++;
  } else if (arguments != 6 || strcmp(argument[1], "sequential") != 0) {
    give_up("sequential COUNT METHOD URL CA_FILE, or multi IN_FLIGHT COUNT METHOD URL CA_FILE");
  }
  int count = atoi(argument[2]);
  method = argument[3], url = argument[4], ca_file = argument[5];
  if (in_flight < 0 || in_flight > IN_FLIGHT_MOST || count < 1 || count < in_flight) {
    give_up("this cannot be counted");
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  headers = curl_slist_append(headers, "Accept: application/json");
  headers = curl_slist_append(headers, "Authorization: Bearer a-key");
  if (strcmp(method, "POST") == 0) {
    headers = curl_slist_append(headers, "Content-Type: application/json");
  }
  printf("%.3f\n", measure(in_flight, count));
  return 0; /* the system frees */
}
