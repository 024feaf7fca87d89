#!/bin/sh
# Looks for data races. `make check-threads` builds $BUILD/tsan with ThreadSanitizer.
set -eu
. spec/tools/common.sh

# gcc's ThreadSanitizer cannot place its shadow memory where addresses are randomised widely.
fixed=
if setarch -R true 2>/dev/null; then fixed="setarch -R"; fi

export TSAN_OPTIONS=exitcode=99:second_deadlock_stack=1:atexit_sleep_ms=0
export SYNTHFLOW_SANITIZED=1

# A child of a threaded process can inherit a lock of the sanitizer's own and hang in it.
# shellcheck disable=SC2086
without=fork engine_tests "threads engine " $fixed
# shellcheck disable=SC2086
run_host "threads calls" 5.4 "many_calls.lua 500" $fixed
# shellcheck disable=SC2086
run_host "threads states" 5.4 many_states.lua $fixed
finish
