#!/bin/sh
# Runs the C tests and, on each of the given Luas, all specs.    test.sh LUA...
# SPECS names the files to run instead. What is slow and about memory is left to memory.sh.
set -eu
. spec/tools/common.sh

engine_tests "engine "
for lua in "$@"; do
  name=$(name_of "$lua")
  run_specs "$name" "$lua" "$name" --exclude-pattern=failing_allocator ${SPECS:-spec}
done
finish
