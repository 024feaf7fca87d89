/* check.h - what the engine's test programs share: checks that print what failed, a count,
 * and the line "<file>: N passed, N failed" at the end. */
#ifndef SYNTHFLOW_SPEC_CHECK_H
#define SYNTHFLOW_SPEC_CHECK_H

#include <stdio.h>

static int checks_passed;
static int checks_failed;

#define CHECK(condition, ...)                                       \
  do {                                                              \
    if (condition) {                                                \
      checks_passed++;                                              \
    } else {                                                        \
      checks_failed++;                                              \
      printf("%s:%d: %s does not hold: ", __FILE__, __LINE__, #condition); \
      printf(__VA_ARGS__);                                          \
      printf("\n");                                                 \
    }                                                               \
  } while (0)

static int checks_conclude(const char *name) {
  printf("%s: %d passed, %d failed\n", name, checks_passed, checks_failed);
  return checks_failed == 0 ? 0 : 1;
}

#endif
