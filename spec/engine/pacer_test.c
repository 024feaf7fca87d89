/* When the next call may start: intervals, the lower of two rates, pauses after a 429. */
#include "pacer.h"

#include <math.h>
#include <stdlib.h>

#include "check.h"

static bool same(double a, double b) {
  return fabs(a - b) < 1e-9;
}

static struct pacer *found(struct pacer **list, const char *key, double rate, double now) {
  bool failed = true;
  struct pacer *pacer = pacer_find(list, pacer_hash(key), rate, now, &failed);
  CHECK(!failed, "key %s at %f: memory ran out", key, now);
  return pacer;
}

static void forget(struct pacer **list) {
  while (*list) {
    struct pacer *next = (*list)->next;
    free(*list);
    *list = next;
  }
}

#define CHECK_START(pacer, ahead, now, expected)                              \
  CHECK(same(pacer_start_of(pacer, ahead, now), expected), "at %f: start %f", \
        (double)(now), pacer_start_of(pacer, ahead, now))

static void a_key_has_one_pacer(void) {
  struct pacer *list = NULL;
  CHECK(pacer_hash("a") == pacer_hash("a") && pacer_hash("a") != pacer_hash("b") &&
            pacer_hash("") != pacer_hash("a") && pacer_hash("ab") != pacer_hash("ba"),
        "hashes");
  CHECK(!found(&list, "a", 0, 5), "who asks for no limit needs none");
  CHECK(!list, "and none is made");
  struct pacer *pacer = found(&list, "a", 2, 5);
  CHECK(pacer && found(&list, "a", 2, 5) == pacer, "the same key");
  CHECK(found(&list, "b", 2, 5) != pacer, "another key");
  forget(&list);
}

static void one_interval_after_the_last_start(void) {
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 20, 1000);
  CHECK_START(pacer, 0, 1000, 1000);
  CHECK_START(pacer, 3, 1000, 1000.15);
  pacer_started(pacer, 1000);
  CHECK_START(pacer, 0, 1000.01, 1000.05);
  CHECK_START(pacer, 2, 1000.01, 1000.15);
  pacer_started(pacer, 1000.051); /* late: nothing makes up for it */
  CHECK_START(pacer, 0, 1000.06, 1000.101);
  CHECK_START(pacer, 0, 1007, 1007); /* idle for long: one at once, then one by one */
  CHECK_START(pacer, 1, 1007, 1007.05);
  pacer_started(pacer, 1007);
  CHECK_START(pacer, 0, 1007, 1007.05);
  forget(&list);
}

static void less_than_one_a_second(void) {
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 0.2, 1000);
  pacer_started(pacer, 1000);
  CHECK_START(pacer, 0, 1001, 1005);
  CHECK_START(pacer, 1, 1001, 1010);
  forget(&list);
}

static void the_lower_rate_counts(void) {
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 20, 1000);
  pacer_started(pacer, 1000);
  found(&list, "a", 4, 1000.01);
  CHECK_START(pacer, 0, 1000.02, 1000.25);
  pacer_started(pacer, 1000.25);
  found(&list, "a", 20, 1000.26);
  CHECK_START(pacer, 0, 1000.26, 1000.5);
  found(&list, "a", 0, 1000.26);
  CHECK_START(pacer, 0, 1000.26, 1000.5);
  forget(&list);
}

static void the_slower_one_is_remembered_for_a_minute(void) {
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 5, 1000);
  found(&list, "a", 20, 1058);
  CHECK(same(pacer->interval, 0.2), "after 58 s: %f", pacer->interval);
  found(&list, "a", 5, 1058);
  found(&list, "a", 20, 1116);
  CHECK(same(pacer->interval, 0.2), "58 s after it came again: %f", pacer->interval);
  pacer->users = 1; /* one is under way, so that it is not dropped */
  found(&list, "a", 20, 1121);
  CHECK(same(pacer->interval, 0.05), "silent for 63 s: %f", pacer->interval);
  found(&list, "a", 1, 1121);
  CHECK(same(pacer->interval, 1), "a slower one: %f", pacer->interval);
  forget(&list);
}

static void a_429_pauses_all(void) {
  static const double pauses[] = {1, 2, 4, 8, 8, 8};
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 20, 1000);
  double now = 1000;
  for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
    pacer_started(pacer, now);
    pacer->delayed = false;
    pacer_answered(pacer, 429, -1, now + 0.01);
    CHECK(same(pacer_next_start(pacer), now + 0.01 + pauses[i]), "the %zuth: %f", i + 1,
          pacer_next_start(pacer) - now);
    CHECK(pacer->delayed, "the %zuth: those who wait are to be looked at", i + 1);
    now = pacer_next_start(pacer);
  }
  pacer_started(pacer, now);
  pacer_answered(pacer, 200, -1, now + 0.01);
  CHECK_START(pacer, 0, now + 0.01, now + 0.05);
  pacer_started(pacer, now + 1);
  pacer_answered(pacer, 429, -1, now + 1);
  CHECK_START(pacer, 0, now + 1, now + 2); /* from the beginning again */
  forget(&list);
}

/* Eight under way when the platform has had enough: that is one refusal, not eight. */
static void answers_to_earlier_calls_do_not_add_up(void) {
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 100, 1000);
  for (int i = 0; i < 8; i++) {
    pacer_answered(pacer, 429, -1, 1000 + i * 0.01);
  }
  double next = pacer_next_start(pacer);
  CHECK(next >= 1001 - 1e-9 && next <= 1001.07 + 1e-9, "%f", next);
  pacer_answered(pacer, 200, -1, 1000.1);
  CHECK(same(pacer_next_start(pacer), next), "a success from before does not end the pause");
  pacer_answered(pacer, 429, -1, next + 0.01);
  CHECK(pacer_next_start(pacer) >= next + 2, "the next refusal doubles it");
  forget(&list);
}

static void retry_after_wins(void) {
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 20, 1000);
  pacer_answered(pacer, 429, 5, 1000);
  CHECK_START(pacer, 0, 1000, 1005);
  pacer_answered(pacer, 429, 2, 1001);
  CHECK_START(pacer, 0, 1001, 1005); /* never earlier than was said before */
  pacer_answered(pacer, 429, 9, 1001);
  CHECK_START(pacer, 0, 1001, 1010);
  pacer_started(pacer, 1020);
  pacer_answered(pacer, 429, 0.001, 1020);
  CHECK_START(pacer, 0, 1020, 1020.05); /* the interval holds all the same */
  pacer_answered(pacer, 429, 86400, 1030);
  CHECK_START(pacer, 0, 1030, 1090);
  forget(&list);
}

static void other_answers_do_not_pause(void) {
  static const int statuses[] = {0, 200, 302, 400, 404, 408, 500, 503};
  struct pacer *list = NULL;
  struct pacer *pacer = found(&list, "a", 20, 1000);
  pacer_started(pacer, 1000);
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    pacer->delayed = false;
    pacer_answered(pacer, statuses[i], -1, 1000.01);
    CHECK(same(pacer_next_start(pacer), 1000.05) && !pacer->delayed, "status %d: %f", statuses[i],
          pacer_next_start(pacer));
  }
  forget(&list);
}

static size_t length_of(const struct pacer *list) {
  size_t length = 0;
  for (; list; list = list->next) {
    length++;
  }
  return length;
}

/* A process that has served a thousand keys does not keep them all. */
static void unused_ones_are_dropped(void) {
  struct pacer *list = NULL;
  char key[16];
  for (int i = 0; i < 1000; i++) {
    snprintf(key, sizeof key, "key %d", i);
    pacer_started(found(&list, key, 10, 1000), 1000);
  }
  CHECK(length_of(list) == 1000, "%zu of 1000", length_of(list));
  struct pacer *busy = found(&list, "key 7", 10, 1000);
  busy->users = 1;
  struct pacer *paused = found(&list, "key 8", 10, 1000);
  pacer_answered(paused, 429, 50, 1040);
  struct pacer *slow = found(&list, "slow", 0.001, 1000);
  pacer_started(slow, 1000);
  found(&list, "another", 10, 1070);
  CHECK(length_of(list) == 4, "%zu are left", length_of(list));
  CHECK(found(&list, "key 7", 10, 1070) == busy, "in use");
  CHECK(same(pacer_next_start(found(&list, "key 8", 10, 1070)), 1090), "paused");
  CHECK(same(pacer_next_start(found(&list, "slow", 0.001, 1900)), 2000), "still in its interval");
  forget(&list);
}

int main(void) {
  a_key_has_one_pacer();
  one_interval_after_the_last_start();
  less_than_one_a_second();
  the_lower_rate_counts();
  the_slower_one_is_remembered_for_a_minute();
  a_429_pauses_all();
  answers_to_earlier_calls_do_not_add_up();
  retry_after_wins();
  other_answers_do_not_pause();
  unused_ones_are_dropped();
  return checks_conclude("pacer_test");
}
