# Sourced by test.sh, memory.sh and threads.sh: runs things, counts what they say, says it.
#
# Whatever runs ends in one line "<label>: N passed, N failed"; something that dies without a
# word counts as one failure. finish prints the sum and is the script's exit status.

build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
limit=${SPEC_TIMEOUT:-600} # seconds for one run of anything
passed=0
failed=0

# Nothing of the user's own set-up may decide what is tested.
unset LUA LUA_INIT LUA_INIT_5_2 LUA_INIT_5_3 LUA_INIT_5_4 LUA_PATH_5_2 LUA_PATH_5_3 LUA_PATH_5_4 \
  LUA_CPATH_5_2 LUA_CPATH_5_3 LUA_CPATH_5_4 SYNTHFLOW_API_KEY SYNTHFLOW_REGION SYNTHFLOW_BASE_URL \
  SYNTHFLOW_WORKSPACE_ID SYNTHFLOW_DEBUG http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY \
  2>/dev/null || true
export SYNTHFLOW_BUILD="$build"
PATH=$PATH:$build/nginx/usr/sbin # where deps.sh has put one

output=$(mktemp)
running=$output.running
trap 'rm -f "$output" "$running"' EXIT
trap 'exit 130' INT TERM

# name_of 5.4 -> lua5.4, also what Debian calls the interpreter; luajit stays.
name_of() {
  case $1 in luajit) echo luajit ;; *) echo "lua$1" ;; esac
}

# count LABEL PASSED FAILED NOTE
count() {
  passed=$((passed + $2))
  failed=$((failed + $3))
  printf '%s: %d passed, %d failed%s\n' "$1" "$2" "$3" "$4"
}

# conclude LABEL STATUS: counts by the last "N passed, N failed" in $output.
conclude() {
  said=$(sed -n 's/^\(.*[^0-9]\)\{0,1\}\([0-9][0-9]* passed, [0-9][0-9]* failed.*\)$/\2/p' "$output" | tail -n 1)
  good=${said%% passed*}
  bad=${said#*passed, }; bad=${bad%% failed*}
  note=${said#*failed}
  if [ -z "$said" ]; then
    good=0 bad=0 note=
  fi
  if [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
    case $2 in
      124 | 137) note=" (did not end within $limit s)" ;;
      *) note=" (ended with status $2)" ;;
    esac
  elif [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then
    bad=1 note=" (ran no test)"
  fi
  if [ "$bad" -eq 0 ]; then
    grep '^  skipped: ' "$output" || true
  else
    grep -v "^[^:]*: $said\$" "$output" || true
  fi
  count "$1" "$good" "$bad" "$note"
}

# run_program LABEL COMMAND...
run_program() {
  label=$1
  shift
  status=0
  timeout -k 5 "$limit" "$@" >"$output" 2>&1 </dev/null || status=$?
  conclude "$label" "$status"
}

# run_specs LABEL LUA INTERPRETER SPEC...: busted on files or directories. INTERPRETER may be
# several words; the build of LUA and the specs' helpers are found first.
run_specs() {
  label=$1 name=$(name_of "$2") interpreter=$3
  shift 3
  status=0
  # shellcheck disable=SC2086
  env LUA_PATH="lua/?.lua;lua/?/init.lua;spec/?.lua;spec/?/init.lua;;" LUA_CPATH="$build/$name/?.so;;" \
    SPEC_LABEL="$label" SPEC_RUNNING="$running" \
    timeout -k 5 "$limit" $interpreter spec/tools/specs.lua "$@" >"$output" 2>&1 </dev/null || status=$?
  if [ -s "$running" ]; then
    echo "the test under way was: $(cat "$running")" >>"$output"
    rm -f "$running"
  fi
  conclude "$label" "$status"
}

# run_host LABEL LUA SCRIPT COMMAND...: call_host with a script of spec/hosts, and its arguments in the same
# word; the command goes before the program's name.
run_host() {
  label=$1 name=$(name_of "$2") script=$3
  shift 3
  # shellcheck disable=SC2086
  run_program "$label" env LUA_PATH="lua/?.lua;lua/?/init.lua;spec/?.lua;spec/?/init.lua;;" \
    LUA_CPATH="$build/$name/?.so;;" "$@" "$build/$name/call_host" spec/hosts/$script
}

# engine_tests PREFIX COMMAND...: every C test program but those named in $without; the command
# goes before its name.
engine_tests() {
  prefix=$1
  shift
  for program in "$build"/spec/engine/*_test; do
    test=$(basename "$program" _test)
    case " ${without:-} " in *" $test "*) continue ;; esac
    [ ! -x "$program" ] || run_program "$prefix$test" "$@" "$program"
  done
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
