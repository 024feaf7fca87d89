#!/bin/sh
# The rules of the house that no compiler knows: who may know whom, and that the rock is whole.
set -eu
fault=0
refuse() {
  echo "$1" >&2
  printf '%s\n' "$2" | sed 's/^/  /' >&2
  fault=1
}

found=$(grep -nE '#[[:space:]]*include[[:space:]]*[<"](lua|lauxlib|lualib|luajit)' csrc/engine/* || true)
[ -z "$found" ] || refuse "the engine knows no Lua:" "$found"

found=$(grep -nE '#[[:space:]]*include[[:space:]]*[<"](\.\./)*binding' csrc/engine/* || true)
[ -z "$found" ] || refuse "the engine does not know the binding:" "$found"

found=$(grep -rnw 'ngx' lua --include='*.lua' | grep -v '^lua/synthflow/host/openresty[./]' |
  grep -vE '^[^:]*:[0-9]+:[[:space:]]*--' || true)
[ -z "$found" ] || refuse "only host/openresty names ngx:" "$found"

found=$(grep -rnE 'require[ (]*"synthflow\.core"' lua --include='*.lua' |
  grep -vE '^lua/synthflow/(init|client|tasks|webhook|host/[a-z/]+)\.lua:' || true)
[ -z "$found" ] || refuse "the core is called by client, tasks, webhook and host alone (and lazily by init):" "$found"

found=$(grep -rnE 'require[ (]*"' lua/synthflow/api |
  grep -vE '"synthflow\.schema"|^lua/synthflow/api/([a-z_]+)(\.lua|/[a-z_]+\.lua):.*"synthflow\.api\.\1\.' || true)
[ -z "$found" ] || refuse "a catalogue file requires only synthflow.schema, and parts of its own:" "$found"

lua5.4 spec/tools/rockspec.lua || fault=1
exit $fault
