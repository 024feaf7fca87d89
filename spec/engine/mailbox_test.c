/* The ends of many exchanges, one after the other: who drives, what wakes whom, what is never lost. */
#define _GNU_SOURCE

#include "engine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "denied_threads.h"
#include "peer.h"

static const double tolerance = 2; /* how late an end may be: what is forgotten takes 5 s and more */

static struct engine_stats stats(void) {
  struct engine_stats now;
  engine_read_stats(&now);
  return now;
}

static bool succeeded(const struct exchange *exchange) {
  return exchange_outcome(exchange) == OUTCOME_RESPONSE && exchange_status(exchange) == 200;
}

static struct settings *single(struct settings *settings) {
  settings->retries = 0;
  return settings;
}

/* Requests of these end in the order in which they are submitted. */
static struct settings *in_order(const char *tag) {
  struct settings *settings = single(peer_settings("ok", tag));
  settings->connections = 1;
  return settings;
}

static struct exchange *prepare(struct settings *settings, struct mailbox *mailbox,
                                uint64_t ticket) {
  struct exchange *exchange = peer_request(settings, "POST", EFFECT_CREATES, "{}");
  exchange_set_mailbox(exchange, mailbox, ticket);
  return exchange;
}

static struct exchange *submit(struct settings *settings, struct mailbox *mailbox, uint64_t ticket,
                               enum engine_driver driver) {
  struct exchange *exchange = prepare(settings, mailbox, ticket);
  CHECK(engine_submit(exchange, driver), "ticket %d was refused", (int)ticket);
  return exchange;
}

static void finish(struct exchange *exchange) {
  while (engine_wait(exchange, 0.25) != WAIT_DONE) {
  }
}

static void release_all(struct exchange **exchanges, size_t count) {
  for (size_t i = 0; i < count; i++) {
    exchange_release(exchanges[i]);
  }
}

/* Waits until so many have come; fewer when they do not. */
static size_t collect(struct mailbox *mailbox, uint64_t *tickets, size_t expected) {
  double until = clock_now() + 20;
  size_t count = 0;
  while (count < expected && clock_now() < until &&
         engine_wait_mailbox(mailbox, 5) != WAIT_CLOSED) {
    count += mailbox_take(mailbox, tickets + count, expected - count);
  }
  return count;
}

static bool comes_next(struct mailbox *mailbox, uint64_t expected) {
  uint64_t ticket = 0;
  return collect(mailbox, &ticket, 1) == 1 && ticket == expected;
}

/* Nothing is left in it and nothing will come. */
static void is_over(struct mailbox *mailbox, const char *what) {
  uint64_t ticket;
  CHECK(mailbox_count(mailbox) == 0, "%s: %zu are left", what, mailbox_count(mailbox));
  CHECK(engine_wait_mailbox(mailbox, 0.02) == WAIT_PENDING, "%s: there is mail", what);
  CHECK(mailbox_take(mailbox, &ticket, 1) == 0, "%s: %d was taken", what, (int)ticket);
}

/* --- a fork (first: before any thread) ---------------------------------------------------------- */

/* What went wrong in the child, as its exit status. */
enum { FINE, NOT_CLOSED, TAKEN, NOT_ENDED, NOT_REFUSED, FAILED };

static bool is_refused(struct exchange *exchange) {
  bool refused = !engine_submit(exchange, DRIVE_BY_WAITING) &&
                 exchange_outcome(exchange) == OUTCOME_CLOSED;
  exchange_release(exchange);
  return refused;
}

static int be_child(struct settings *settings, struct mailbox *of_parent, struct mailbox *unused,
                    struct exchange *pending) {
  uint64_t ticket;
  alarm(20);
  if (engine_wait_mailbox(of_parent, 5) != WAIT_CLOSED ||
      engine_wait_mailbox(unused, 5) != WAIT_CLOSED) {
    return NOT_CLOSED;
  }
  if (mailbox_take(of_parent, &ticket, 1) != 0) {
    return TAKEN;
  }
  if (engine_wait(pending, 5) != WAIT_DONE || exchange_outcome(pending) != OUTCOME_CLOSED) {
    return NOT_ENDED;
  }
  if (!is_refused(prepare(settings, of_parent, 3)) || !is_refused(prepare(settings, unused, 3))) {
    return NOT_REFUSED;
  }
  struct mailbox *own = mailbox_new();
  struct exchange *exchange = submit(settings, own, 4, DRIVE_BY_WAITING);
  bool good = comes_next(own, 4) && succeeded(exchange);
  mailbox_set_socket(of_parent, -1);
  release_all((struct exchange *[]){exchange, pending}, 2);
  mailbox_release(own);
  mailbox_release(unused);
  mailbox_release(of_parent);
  return good ? FINE : FAILED;
}

static void a_child_gets_no_mail_of_its_parent(void) {
  struct settings *settings = single(peer_settings("delay-100", "forked"));
  struct mailbox *mailbox = mailbox_new();
  struct mailbox *unused = mailbox_new();
  struct exchange *done = submit(settings, mailbox, 1, DRIVE_BY_WAITING);
  finish(done); /* its mail is there, and stays the parent's */
  struct exchange *pending = submit(settings, mailbox, 2, DRIVE_BY_WAITING);
  int status = 0;
  pid_t child = fork();
  if (child == 0) {
    _exit(be_child(settings, mailbox, unused, pending));
  }
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == FINE, "the child: status %x", status);
  CHECK(comes_next(mailbox, 1) && comes_next(mailbox, 2) && succeeded(pending),
        "the parent goes on");
  release_all((struct exchange *[]){done, pending}, 2);
  mailbox_release(unused);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* --- who waits drives ----------------------------------------------------------------------------- */

static void one_without_exchanges_is_empty(void) {
  struct mailbox *mailbox = mailbox_new();
  is_over(mailbox, "new");
  mailbox_retain(mailbox);
  mailbox_release(mailbox);
  mailbox_release(mailbox);
  mailbox_release(NULL);
}

static void mail_comes_in_the_order_of_ends(enum engine_driver driver) {
  static const uint64_t tickets[] = {0, UINT64_MAX, 7};
  struct settings *silent = single(peer_settings("silence", "ends"));
  struct settings *settings = single(peer_settings("ok", "ends"));
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[3];
  exchanges[0] = submit(silent, mailbox, tickets[0], driver);
  for (int i = 1; i < 3; i++) {
    exchanges[i] = submit(settings, mailbox, tickets[i], driver);
    CHECK(mailbox_count(mailbox) == 2, "%zu", mailbox_count(mailbox));
    CHECK(comes_next(mailbox, tickets[i]), "mail %d", i);
    CHECK(succeeded(exchanges[i]), "outcome %d", exchange_outcome(exchanges[i]));
    CHECK(exchange_outcome(exchanges[0]) == OUTCOME_NONE, "the first one, at mail %d", i);
  }
  engine_cancel(exchanges[0]);
  CHECK(comes_next(mailbox, tickets[0]), "the mail of the first one");
  CHECK(exchange_outcome(exchanges[0]) == OUTCOME_CANCELLED, "outcome %d",
        exchange_outcome(exchanges[0]));
  CHECK(stats().thread == (driver == DRIVE_BACKGROUND), "thread");
  is_over(mailbox, "three taken");
  release_all(exchanges, 3);
  mailbox_release(mailbox);
  settings_release(silent);
  settings_release(settings);
}

static void a_wait_has_its_time(void) {
  struct settings *settings = single(peer_settings("silence", "patience"));
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchange = submit(settings, mailbox, 1, DRIVE_BY_WAITING);
  exchange_release(exchange); /* the engine keeps it */
  double began = clock_now();
  CHECK(engine_wait_mailbox(mailbox, 0) == WAIT_PENDING, "a look");
  CHECK(clock_now() - began < tolerance, "a look took %f s", clock_now() - began);
  CHECK(engine_wait_mailbox(mailbox, 0.1) == WAIT_PENDING, "a wait");
  double seconds = clock_now() - began;
  CHECK(seconds >= 0.099 && seconds < 0.1 + tolerance, "%f s", seconds);
  while (peer_received("patience").requests == 0 && clock_now() < began + 5) {
    engine_wait_mailbox(mailbox, 0.01);
  }
  CHECK(peer_received("patience").requests == 1, "it was sent meanwhile");
  engine_close(settings);
  CHECK(comes_next(mailbox, 1), "closed");
  mailbox_release(mailbox);
  settings_release(settings);
}

static void a_deadline_brings_mail(void) {
  struct settings *settings = single(peer_settings("silence", "expires"));
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchange = prepare(settings, mailbox, 1);
  exchange_set_timeout(exchange, 0.1);
  double began = clock_now();
  engine_submit(exchange, DRIVE_BY_WAITING);
  CHECK(engine_wait_mailbox(mailbox, 10) == WAIT_DONE && comes_next(mailbox, 1), "no mail");
  CHECK(exchange_outcome(exchange) == OUTCOME_TIMEOUT && clock_now() - began < 0.1 + tolerance,
        "outcome %d after %f s", exchange_outcome(exchange), clock_now() - began);
  exchange_release(exchange);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* Also when it waits for one of them alone, as long as nobody else's is in flight. */
static void no_thread_is_needed(void) {
  enum { MANY = 40 };
  struct settings *settings = single(peer_settings("delay-5", "own"));
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[MANY];
  uint64_t tickets[MANY];
  settings->connections = 4;
  for (uint64_t i = 0; i < MANY; i++) {
    exchanges[i] = submit(settings, mailbox, i, DRIVE_BY_WAITING);
  }
  CHECK(collect(mailbox, tickets, 1) == 1, "the first one");
  finish(exchanges[20]);
  engine_cancel(exchanges[MANY - 1]);
  CHECK(collect(mailbox, tickets, MANY - 1) == MANY - 1, "the others");
  for (int i = 0; i < MANY - 1; i++) {
    CHECK(succeeded(exchanges[i]), "%d: outcome %d", i, exchange_outcome(exchanges[i]));
  }
  CHECK(!stats().thread, "a thread was started");
  is_over(mailbox, "all taken");
  release_all(exchanges, MANY);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* --- where no thread can be had ------------------------------------------------------------------- */

struct waiter {
  struct exchange *exchange;
  struct mailbox *mailbox; /* to be waited for, if any */
  double began;
  double seconds;          /* from there to the end of waiting */
};

static void *wait_once(void *data) {
  struct waiter *waiter = data;
  while (clock_now() < waiter->began + 0.03) {
  }
  if (waiter->mailbox) {
    engine_wait_mailbox(waiter->mailbox, 5);
  } else {
    engine_wait(waiter->exchange, 5);
  }
  waiter->seconds = clock_now() - waiter->began;
  return NULL;
}

/* This thread drives, is followed by the other one, and leaves: that one must then drive for itself. */
static void the_next_waiter_drives(bool for_mail) {
  struct settings *settings = single(peer_settings("silence", "next"));
  struct mailbox *mailbox = mailbox_new();
  struct waiter waiter = {prepare(settings, mailbox, 1), for_mail ? mailbox : NULL, 0, 0};
  struct exchange *own = peer_request(settings, "GET", EFFECT_READ, NULL);
  pthread_t thread = pthread_self();
  exchange_set_timeout(waiter.exchange, 0.3);
  engine_submit(own, DRIVE_BY_WAITING);
  engine_submit(waiter.exchange, DRIVE_BY_WAITING);
  waiter.began = clock_now();
  pthread_create(&thread, NULL, wait_once, &waiter);
  atomic_store(&threads_denied, true);
  engine_wait(own, 0.1);
  pthread_join(thread, NULL);
  CHECK(!stats().thread, "a thread was had");
  CHECK(waiter.seconds < 0.3 + tolerance, "%s: %f s", for_mail ? "mail" : "an exchange",
        waiter.seconds);
  engine_cancel(own);
  finish(own);
  CHECK(comes_next(mailbox, 1), "its mail");
  atomic_store(&threads_denied, false);
  exchange_release(own);
  exchange_release(waiter.exchange);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* --- the socket ------------------------------------------------------------------------------------ */

static int bytes_in(int number) {
  char bytes[16];
  ssize_t count = recv(number, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 ? 0 : (int)count;
}

static void read_byte(int number) {
  char byte;
  CHECK(recv(number, &byte, 1, MSG_DONTWAIT) == 1, "there was none");
}

/* The end to read from. */
static int connect_to(struct mailbox *mailbox) {
  int pair[2] = {-1, -1};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "no sockets");
  mailbox_set_socket(mailbox, pair[1]);
  return pair[0];
}

static void one_byte_tells_of_all_mail(enum engine_driver driver) {
  struct settings *settings = in_order("bytes");
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[6];
  uint64_t tickets[6];
  int reading = connect_to(mailbox);
  CHECK(bytes_in(reading) == 0, "before all mail");
  for (uint64_t i = 0; i < 5; i++) {
    exchanges[i] = submit(settings, mailbox, i, driver);
  }
  for (int i = 0; i < 5; i++) {
    finish(exchanges[i]);
  }
  CHECK(bytes_in(reading) == 1, "five letters: %d bytes", bytes_in(reading));
  read_byte(reading);
  CHECK(mailbox_take(mailbox, tickets, 2) == 2 && tickets[0] == 0 && tickets[1] == 1, "a part");
  CHECK(bytes_in(reading) == 1, "what is left is told of: %d bytes", bytes_in(reading));
  exchanges[5] = submit(settings, mailbox, 5, driver);
  finish(exchanges[5]);
  CHECK(bytes_in(reading) == 1, "not all was taken: %d bytes", bytes_in(reading));
  read_byte(reading);
  CHECK(mailbox_take(mailbox, tickets, 6) == 4 && tickets[0] == 2 && tickets[3] == 5, "the rest");
  exchange_release(exchanges[5]);
  exchanges[5] = submit(settings, mailbox, 6, driver);
  finish(exchanges[5]);
  CHECK(bytes_in(reading) == 1, "new mail: %d bytes", bytes_in(reading));
  release_all(exchanges, 6);
  mailbox_release(mailbox);
  CHECK(recv(reading, tickets, 8, 0) == 1 && recv(reading, tickets, 8, 0) == 0,
        "the socket is closed with it");
  close(reading);
  settings_release(settings);
}

static void mail_may_come_before_the_socket(void) {
  struct settings *settings = in_order("before");
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[] = {submit(settings, mailbox, 1, DRIVE_BACKGROUND),
                                  submit(settings, mailbox, 2, DRIVE_BACKGROUND)};
  finish(exchanges[1]);
  int first = connect_to(mailbox);
  CHECK(bytes_in(first) == 1, "%d bytes", bytes_in(first));
  int second = connect_to(mailbox);
  CHECK(bytes_in(second) == 1, "another one: %d bytes", bytes_in(second));
  read_byte(first);
  CHECK(recv(first, &(char){0}, 1, 0) == 0, "the first one was closed");
  CHECK(comes_next(mailbox, 1) && comes_next(mailbox, 2), "the mail itself");
  mailbox_set_socket(mailbox, -1);
  is_over(mailbox, "without a socket again");
  release_all(exchanges, 2);
  close(first);
  close(second);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* Nor is there a signal: it would end this process. */
static void a_broken_socket_does_no_harm(bool full) {
  struct settings *settings = in_order("broken");
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[4];
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "no sockets");
  while (full && send(pair[1], &(char[512]){0}, 512, MSG_DONTWAIT) > 0) {
  }
  if (!full) {
    close(pair[0]);
  }
  mailbox_set_socket(mailbox, pair[1]);
  double began = clock_now();
  for (uint64_t i = 0; i < 4; i++) {
    exchanges[i] = submit(settings, mailbox, i, i % 2 ? DRIVE_BACKGROUND : DRIVE_BY_WAITING);
    CHECK(comes_next(mailbox, i), "mail %d", (int)i);
  }
  CHECK(clock_now() - began < 5, "%f s", clock_now() - began);
  release_all(exchanges, 4);
  mailbox_release(mailbox);
  if (full) {
    close(pair[0]);
  }
  settings_release(settings);
}

/* --- what brings mail, and what does not ------------------------------------------------------------ */

static void retries_bring_one_letter(void) {
  struct settings *settings = peer_settings_on("plain", "retries.localhost", "sequence",
                                               "letters/status-500,status-502,ok");
  settings->first_pause = 0.002;
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  int reading = connect_to(mailbox);
  exchange_set_mailbox(exchange, mailbox, 9);
  engine_submit(exchange, DRIVE_BY_WAITING);
  CHECK(comes_next(mailbox, 9), "its mail");
  CHECK(succeeded(exchange) && exchange_attempt_count(exchange) == 3, "%zu attempts",
        exchange_attempt_count(exchange));
  CHECK(bytes_in(reading) == 1, "%d bytes", bytes_in(reading));
  is_over(mailbox, "retries");
  exchange_release(exchange);
  mailbox_release(mailbox);
  close(reading);
  settings_release(settings);
}

static void trying_again_brings_another(enum engine_driver driver) {
  bool background = driver == DRIVE_BACKGROUND;
  struct settings *settings =
      peer_settings_on("plain", background ? "again0.localhost" : "again1.localhost", "sequence",
                       background ? "again0/not_json,ok" : "again1/not_json,ok");
  settings->first_pause = 0.002;
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
  int reading = connect_to(mailbox);
  exchange_set_mailbox(exchange, mailbox, 9);
  engine_submit(exchange, driver);
  CHECK(comes_next(mailbox, 9), "the first one");
  read_byte(reading);
  CHECK(engine_try_again(exchange), "it is asked for again");
  CHECK(mailbox_count(mailbox) == 1, "%zu", mailbox_count(mailbox));
  CHECK(comes_next(mailbox, 9) && bytes_in(reading) == 1, "the second one");
  CHECK(succeeded(exchange) && exchange_attempt_count(exchange) == 2, "%zu attempts",
        exchange_attempt_count(exchange));
  exchange_set_retries(exchange, 0);
  CHECK(!engine_try_again(exchange), "a third one is not allowed");
  is_over(mailbox, "trying again");
  exchange_release(exchange);
  mailbox_release(mailbox);
  close(reading);
  settings_release(settings);
}

static void an_end_ahead_of_time_brings_mail(enum engine_driver driver) {
  struct settings *settings = single(peer_settings("silence", "ahead"));
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[3];
  settings->connections = 2; /* the third one is never tried */
  for (uint64_t i = 0; i < 3; i++) {
    exchanges[i] = submit(settings, mailbox, i, driver);
  }
  engine_wait_mailbox(mailbox, 0.05);
  engine_cancel(exchanges[1]);
  engine_cancel(exchanges[1]);
  CHECK(comes_next(mailbox, 1), "cancelled");
  engine_close(settings);
  uint64_t tickets[2] = {9, 9};
  CHECK(collect(mailbox, tickets, 2) == 2 && tickets[0] + tickets[1] == 2, "closed: %d and %d",
        (int)tickets[0], (int)tickets[1]);
  CHECK(exchange_outcome(exchanges[1]) == OUTCOME_CANCELLED &&
            exchange_outcome(exchanges[0]) == OUTCOME_CLOSED &&
            exchange_outcome(exchanges[2]) == OUTCOME_CLOSED,
        "outcomes");
  is_over(mailbox, "cancelled and closed");
  release_all(exchanges, 3);
  mailbox_release(mailbox);
  settings_release(settings);
}

static void what_is_refused_brings_none(enum engine_driver driver) {
  struct settings *settings = single(peer_settings("ok", "refused"));
  struct mailbox *mailbox = mailbox_new();
  engine_close(settings);
  struct exchange *exchange = prepare(settings, mailbox, 1);
  CHECK(!engine_submit(exchange, driver), "it was taken");
  CHECK(exchange_outcome(exchange) == OUTCOME_CLOSED && engine_wait(exchange, 0) == WAIT_DONE,
        "outcome %d", exchange_outcome(exchange));
  is_over(mailbox, "refused");
  exchange_release(exchange);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* Waited for one by one, or not at all; what is not taken does no harm. */
static void the_owner_may_leave(enum engine_driver driver) {
  struct settings *settings = single(peer_settings("delay-600", "orphans"));
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[20];
  int reading = connect_to(mailbox);
  for (uint64_t i = 0; i < 20; i++) {
    exchanges[i] = submit(settings, mailbox, i, driver);
  }
  mailbox_set_socket(mailbox, -1);
  mailbox_release(mailbox);
  for (int i = 0; i < 20; i++) {
    if (i % 2) {
      finish(exchanges[i]);
      CHECK(succeeded(exchanges[i]), "%d: outcome %d", i, exchange_outcome(exchanges[i]));
    } else {
      engine_cancel(exchanges[i]);
    }
  }
  release_all(exchanges, 20);
  CHECK(recv(reading, &(char){0}, 1, 0) == 0, "something was sent");
  close(reading);
  settings_release(settings);
}

/* --- many -------------------------------------------------------------------------------------------- */

/* Mail that lies around the end of the ring keeps its order when the ring grows, at 16 and at 64. */
static void it_grows(enum engine_driver driver) {
  enum { MOST = 300 };
  static const struct {
    uint64_t submitted;
    size_t taken;
  } steps[] = {{12, 8}, {12, 0}, {1, 9}, {24, 16}, {28, 0}, {33, 33}, {60, 104}, {100, 50}};
  struct settings *settings = in_order("grows");
  struct mailbox *mailbox = mailbox_new();
  struct exchange *exchanges[MOST];
  uint64_t tickets[MOST], submitted = 0, taken = 0;
  for (size_t step = 0; step < sizeof steps / sizeof *steps; step++) {
    for (uint64_t i = 0; i < steps[step].submitted; i++, submitted++) {
      exchanges[submitted] = submit(settings, mailbox, submitted, driver);
    }
    finish(exchanges[submitted - 1]); /* and with it all before */
    CHECK(mailbox_take(mailbox, tickets, steps[step].taken) == steps[step].taken, "step %zu", step);
    for (size_t i = 0; i < steps[step].taken; i++, taken++) {
      CHECK(tickets[i] == taken, "step %zu: %d, not %d", step, (int)tickets[i], (int)taken);
    }
    CHECK(mailbox_count(mailbox) == submitted - taken, "step %zu: %zu are left", step,
          mailbox_count(mailbox));
  }
  CHECK(collect(mailbox, tickets, 50) == 50 && tickets[0] == taken && tickets[49] == submitted - 1,
        "the rest");
  is_over(mailbox, "all taken");
  release_all(exchanges, submitted);
  mailbox_release(mailbox);
  settings_release(settings);
}

/* One thread drives, the others follow; each gets its own. */
static void *run_one_by_one(void *data) {
  struct settings *settings = single(peer_settings("delay-5", "beside"));
  int *good = data;
  for (int i = 0; i < 40; i++) {
    struct exchange *exchange = peer_request(settings, "GET", EFFECT_READ, NULL);
    peer_run(exchange);
    *good += succeeded(exchange);
    exchange_release(exchange);
  }
  settings_release(settings);
  return NULL;
}

static void another_thread_drives_meanwhile(void) {
  struct settings *settings = single(peer_settings("delay-20", "meanwhile"));
  struct mailbox *mailbox = mailbox_new();
  pthread_t thread = pthread_self();
  uint64_t tickets[4];
  int good = 0;
  pthread_create(&thread, NULL, run_one_by_one, &good);
  for (int round = 0; round < 10; round++) {
    struct exchange *exchanges[4];
    for (uint64_t i = 0; i < 4; i++) {
      exchanges[i] = submit(settings, mailbox, i, DRIVE_BY_WAITING);
    }
    double began = clock_now();
    CHECK(collect(mailbox, tickets, 4) == 4, "round %d", round);
    CHECK(clock_now() - began < 0.02 + tolerance, "round %d: %f s", round,
          clock_now() - began);
    for (int i = 0; i < 4; i++) {
      CHECK(succeeded(exchanges[i]), "outcome %d", exchange_outcome(exchanges[i]));
    }
    release_all(exchanges, 4);
  }
  pthread_join(thread, NULL);
  CHECK(good == 40, "%d of the other thread's 40", good);
  mailbox_release(mailbox);
  settings_release(settings);
}

enum { THREADS = 8, EACH = 200, WINDOW = 20 };

static struct settings *shared;

struct crowd {
  struct mailbox *mailbox;
  struct exchange *exchanges[EACH];
  int times[EACH]; /* that its mail has come */
  uint64_t submitted;
  bool background;
  int good;
};

static void take_one(struct crowd *crowd) {
  uint64_t ticket;
  if (engine_wait_mailbox(crowd->mailbox, 0.25) == WAIT_DONE &&
      mailbox_take(crowd->mailbox, &ticket, 1) == 1 && ticket < EACH) {
    crowd->times[ticket]++;
    crowd->good += succeeded(crowd->exchanges[ticket]);
    exchange_release(crowd->exchanges[ticket]);
  }
}

static void *keep_a_window(void *data) {
  struct crowd *crowd = data;
  double until = clock_now() + 60;
  crowd->mailbox = mailbox_new();
  while ((crowd->submitted < EACH || mailbox_count(crowd->mailbox) > 0) && clock_now() < until) {
    while (crowd->submitted < EACH && mailbox_count(crowd->mailbox) < WINDOW) {
      uint64_t ticket = crowd->submitted++;
      crowd->exchanges[ticket] = prepare(shared, crowd->mailbox, ticket);
      engine_submit(crowd->exchanges[ticket], crowd->background ? DRIVE_BACKGROUND
                                                                : DRIVE_BY_WAITING);
    }
    take_one(crowd);
  }
  mailbox_release(crowd->mailbox);
  return NULL;
}

static void threads_have_mailboxes_of_their_own(void) {
  static struct crowd crowds[THREADS];
  pthread_t threads[THREADS] = {0};
  shared = single(peer_settings("ok", "crowds"));
  shared->connections = 8;
  for (int i = 0; i < THREADS; i++) {
    crowds[i].background = i % 4 == 3;
    pthread_create(&threads[i], NULL, keep_a_window, &crowds[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  for (int i = 0; i < THREADS; i++) {
    CHECK(crowds[i].good == EACH, "thread %d: %d of %d", i, crowds[i].good, EACH);
    for (int k = 0; k < EACH; k++) {
      CHECK(crowds[i].times[k] == 1, "thread %d: %d came %d times", i, k, crowds[i].times[k]);
    }
  }
  CHECK(peer_received("crowds").requests == THREADS * EACH, "%d received",
        peer_received("crowds").requests);
  settings_release(shared);
}

static void nothing_is_left(void) {
  double until = clock_now() + 5;
  while (stats().in_flight > 0 && clock_now() < until) {
  }
  CHECK(stats().in_flight == 0, "%zu in flight", stats().in_flight);
}

int main(void) {
  peer_start();
  a_child_gets_no_mail_of_its_parent();
  one_without_exchanges_is_empty();
  mail_comes_in_the_order_of_ends(DRIVE_BY_WAITING);
  a_wait_has_its_time();
  a_deadline_brings_mail();
  no_thread_is_needed();
  one_byte_tells_of_all_mail(DRIVE_BY_WAITING);
  an_end_ahead_of_time_brings_mail(DRIVE_BY_WAITING);
  what_is_refused_brings_none(DRIVE_BY_WAITING);
  retries_bring_one_letter();
  trying_again_brings_another(DRIVE_BY_WAITING);
  the_owner_may_leave(DRIVE_BY_WAITING);
  it_grows(DRIVE_BY_WAITING);
  CHECK(!stats().thread, "so far nobody needed the thread");
  the_next_waiter_drives(true);
  the_next_waiter_drives(false);
  mail_comes_in_the_order_of_ends(DRIVE_BACKGROUND);
  one_byte_tells_of_all_mail(DRIVE_BACKGROUND);
  mail_may_come_before_the_socket();
  a_broken_socket_does_no_harm(true);
  a_broken_socket_does_no_harm(false);
  an_end_ahead_of_time_brings_mail(DRIVE_BACKGROUND);
  what_is_refused_brings_none(DRIVE_BACKGROUND);
  trying_again_brings_another(DRIVE_BACKGROUND);
  the_owner_may_leave(DRIVE_BACKGROUND);
  it_grows(DRIVE_BACKGROUND);
  another_thread_drives_meanwhile();
  threads_have_mailboxes_of_their_own();
  nothing_is_left();
  return checks_conclude("mailbox_test");
}
