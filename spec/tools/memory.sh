#!/bin/sh
# Looks for memory errors and leaks. The builds it uses are made by `make check-memory`:
# $BUILD/asan with AddressSanitizer and UndefinedBehaviorSanitizer, and the plain $BUILD.
set -eu
. spec/tools/common.sh
plain=$build

# --- everything under the sanitizers ---
build=$plain/asan
export SYNTHFLOW_BUILD="$build"
export ASAN_OPTIONS=detect_leaks=1:exitcode=99:strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export LSAN_OPTIONS="suppressions=$PWD/spec/tools/leaks.txt:print_suppressions=0"
export SYNTHFLOW_SANITIZED=1

# A child of a threaded process can inherit a lock of the sanitizer's own and hang in it.
without=fork engine_tests "sanitizers engine "
run_specs "sanitizers lua5.4" 5.4 "$build/lua5.4/interpreter" ${SPECS:-spec}
run_host "sanitizers calls" 5.4 "many_calls.lua 1000"
run_host "sanitizers states" 5.4 many_states.lua

# --- a part of it under valgrind, which also sees into the libraries that are not ours ---
build=$plain
export SYNTHFLOW_BUILD="$build"
valgrind="valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite
  --show-leak-kinds=definite --keep-debuginfo=yes --child-silent-after-fork=yes
  --suppressions=spec/tools/valgrind.supp"

for lua in 5.4 5.1 luajit; do
  name=$(name_of "$lua")
  run_specs "valgrind $name" "$lua" "$valgrind $name" $VALGRIND_SPECS
done
# shellcheck disable=SC2086
run_host "valgrind calls" 5.1 "many_calls.lua 100" $valgrind
# shellcheck disable=SC2086
run_host "valgrind states" 5.1 many_states.lua $valgrind

# --- every allocation of Lua fails once ---
unset SYNTHFLOW_SANITIZED
for lua in "$@"; do
  name=$(name_of "$lua")
  run_specs "failing allocator $name" "$lua" "$name" spec/failing_allocator_spec.lua
done
finish
