/* slow_resolver.so - a name server that never answers, for LD_PRELOAD.
 *
 * Looking up a name that ends in ".never-resolves.test" takes as long as the system's own
 * resolver takes to give up; every other name goes the usual way. */
#define _GNU_SOURCE /* RTLD_NEXT */

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

enum { SECONDS = 20 };

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int never_resolves(const char *name) {
  static const char ending[] = ".never-resolves.test";
  size_t length = name != NULL ? strlen(name) : 0;
  return length >= sizeof ending - 1 && strcmp(name + length - (sizeof ending - 1), ending) == 0;
}

__attribute__((visibility("default"))) int getaddrinfo(const char *name, const char *service,
                                                       const struct addrinfo *hints,
                                                       struct addrinfo **result) {
  if (never_resolves(name)) {
    struct timespec left = { SECONDS, 0 };
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
    return EAI_AGAIN;
  }
  lookup *real;
  void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
  if (symbol == NULL) {
    return EAI_SYSTEM;
  }
  memcpy(&real, &symbol, sizeof real); /* ISO C has no cast from object to function */
  return real(name, service, hints, result);
}
