#!/bin/sh
# Runs the C tests and, on each of the given Luas, all specs.    test.sh LUA...
# SPECS names the files to run instead. What is slow and about memory is left to memory.sh.
set -eu
. spec/tools/common.sh

engine_tests "engine "
calls=10000
for lua in "$@"; do
  name=$(name_of "$lua")
  run_specs "$name" "$lua" "$name" --exclude-pattern=failing_allocator ${SPECS:-spec}
  if [ -z "${SPECS:-}" ]; then
    run_host "calls $name" "$lua" "many_calls.lua $calls"
    run_host "states $name" "$lua" many_states.lua
  fi
  calls=1000 # once many is enough
done
finish
