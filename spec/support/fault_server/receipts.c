#define _POSIX_C_SOURCE 200809L

#include "receipts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"

enum { NAME_ROOM = 128, METHODS = 8, LISTENERS = 16 };

struct count {
  char name[16];
  unsigned long value;
};

struct receipt {
  struct receipt *next;
  char tag[NAME_ROOM];
  unsigned long heads;
  unsigned long authorized; /* of the heads */
  unsigned long requests;
  unsigned long refused;
  unsigned long connections;
  unsigned long ended; /* of the connections */
  unsigned long body_bytes;
  struct count methods[METHODS];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct receipt *receipts;
static struct count listeners[LISTENERS];

static void copy_name(char *to, size_t room, const char *name) {
  snprintf(to, room, "%s", name);
}

/* More names than there is room for are counted under the last one. */
static void count_name(struct count *counts, size_t length, const char *name) {
  char cut[sizeof counts->name];
  size_t index = 0;
  copy_name(cut, sizeof cut, name);
  while (index + 1 < length && counts[index].value > 0 && strcmp(counts[index].name, cut) != 0) {
    index++;
  }
  copy_name(counts[index].name, sizeof counts[index].name, cut);
  counts[index].value++;
}

static struct receipt *find(const char *tag) {
  struct receipt *receipt = receipts;
  while (receipt != NULL && strcmp(receipt->tag, tag) != 0) {
    receipt = receipt->next;
  }
  return receipt;
}

static struct receipt *find_or_add(const char *tag) {
  struct receipt *receipt = find(tag);
  if (receipt == NULL) {
    receipt = calloc(1, sizeof *receipt);
    if (receipt == NULL) {
      abort();
    }
    copy_name(receipt->tag, sizeof receipt->tag, tag);
    receipt->next = receipts;
    receipts = receipt;
  }
  return receipt;
}

void receipts_connection(const char *listener) {
  pthread_mutex_lock(&lock);
  count_name(listeners, LISTENERS, listener);
  pthread_mutex_unlock(&lock);
}

void receipts_head(const char *tag, int first, int authorized) {
  pthread_mutex_lock(&lock);
  struct receipt *receipt = find_or_add(tag);
  receipt->heads++;
  receipt->authorized += authorized ? 1 : 0;
  receipt->connections += first ? 1 : 0;
  pthread_mutex_unlock(&lock);
}

void receipts_end(const char *tag) {
  pthread_mutex_lock(&lock);
  find_or_add(tag)->ended++;
  pthread_mutex_unlock(&lock);
}

void receipts_request(const char *tag, const char *method, size_t body_length) {
  pthread_mutex_lock(&lock);
  struct receipt *receipt = find_or_add(tag);
  receipt->requests++;
  receipt->body_bytes += body_length;
  count_name(receipt->methods, METHODS, method);
  pthread_mutex_unlock(&lock);
}

void receipts_refused(const char *tag) {
  pthread_mutex_lock(&lock);
  find_or_add(tag)->refused++;
  pthread_mutex_unlock(&lock);
}

unsigned long receipts_requests(const char *tag) {
  pthread_mutex_lock(&lock);
  const struct receipt *receipt = find(tag);
  unsigned long requests = receipt != NULL ? receipt->requests + receipt->refused : 0;
  pthread_mutex_unlock(&lock);
  return requests;
}

static void print_counts(FILE *out, const struct count *counts, size_t length) {
  fputc('{', out);
  for (size_t index = 0; index < length && counts[index].value > 0; index++) {
    fputs(index > 0 ? "," : "", out);
    json_text(out, counts[index].name);
    fprintf(out, ":%lu", counts[index].value);
  }
  fputc('}', out);
}

static void print_receipt(FILE *out, const struct receipt *receipt) {
  fprintf(out, "{\"requests\":%lu,\"heads\":%lu,\"connections\":%lu,\"ended\":%lu,",
          receipt->requests, receipt->heads, receipt->connections, receipt->ended);
  fprintf(out, "\"body_bytes\":%lu,\"refused\":%lu,\"authorized\":%lu,", receipt->body_bytes,
          receipt->refused, receipt->authorized);
  fputs("\"methods\":", out);
  print_counts(out, receipt->methods, METHODS);
  fputc('}', out);
}

void receipts_print(FILE *out, const char *tag) {
  static const struct receipt none;
  pthread_mutex_lock(&lock);
  const struct receipt *receipt = find(tag);
  print_receipt(out, receipt != NULL ? receipt : &none);
  pthread_mutex_unlock(&lock);
}

void receipts_print_all(FILE *out, const char *beginning) {
  unsigned long connections = 0;
  const char *separator = "";
  pthread_mutex_lock(&lock);
  for (size_t index = 0; index < LISTENERS; index++) {
    connections += listeners[index].value;
  }
  fprintf(out, "{\"connections\":%lu,\"listeners\":", connections);
  print_counts(out, listeners, LISTENERS);
  fputs(",\"tags\":{", out);
  for (const struct receipt *receipt = receipts; receipt != NULL; receipt = receipt->next) {
    if (strncmp(receipt->tag, beginning, strlen(beginning)) == 0) {
      fputs(separator, out);
      json_text(out, receipt->tag);
      fputc(':', out);
      print_receipt(out, receipt);
      separator = ",";
    }
  }
  fputs("}}", out);
  pthread_mutex_unlock(&lock);
}

void receipts_free(void) {
  pthread_mutex_lock(&lock);
  while (receipts != NULL) {
    struct receipt *receipt = receipts;
    receipts = receipt->next;
    free(receipt);
  }
  pthread_mutex_unlock(&lock);
}
