/* fault_server - an HTTP/1.1 and HTTP/2 server on loopback that does wrong what it is asked to.
 *
 * Usage: fault_server [--certificates DIRECTORY] [--until-reader-gone]
 *
 * The first line of output names the ports: "plain=PORT tls=PORT ...". A URL names the fault
 * and the tag to count it under: http://127.0.0.1:PORT/drop_middle/my-tag/any/path
 * The server ends when its standard input does or, always, when nobody is left to read its
 * standard output; --until-reader-gone leaves the input alone. */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "listeners.h"
#include "stream.h"

int main(int count, char **arguments) {
  const char *certificates = NULL;
  bool watch_input = true;
  for (int index = 1; index < count; index++) {
    if (strcmp(arguments[index], "--certificates") == 0 && index + 1 < count) {
      certificates = arguments[++index];
    } else if (strcmp(arguments[index], "--until-reader-gone") == 0) {
      watch_input = false;
    } else {
      fprintf(stderr, "usage: %s [--certificates DIRECTORY] [--until-reader-gone]\n",
              arguments[0]);
      return 2;
    }
  }
  signal(SIGPIPE, SIG_IGN);
  if (!streams_prepare() || !listeners_prepare(certificates)) {
    fputs("fault_server: cannot start\n", stderr);
    return 1;
  }
  listeners_print(stdout);
  fflush(stdout);
  listeners_run(watch_input);
  listeners_finish();
  return 0;
}
