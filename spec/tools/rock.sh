#!/bin/sh
# Packs the rock, installs it from the packed file into an empty tree and loads every module
# from there: a file that the rockspec forgets is missed here and not by a user. Offline.
#   rock.sh LUA...
set -eu
root=$PWD
work=${BUILD:-build}/rock-check
rm -rf "$work"
mkdir -p "$work/source/synthflow" "$work/empty"
work=$(cd "$work" && pwd)

# What a rock is made of; the specs stay behind.
cp -R Makefile LICENSE README.md csrc lua "$work/source/synthflow"
tar -C "$work/source" -czf "$work/synthflow-scm-1.tar.gz" synthflow
awk -v url="file://$work/synthflow-scm-1.tar.gz" \
  '/url = "file/ { print "  url = \"" url "\","; print "  dir = \"synthflow\","; next } { print }' \
  rockspec/synthflow-scm-1.rockspec >"$work/synthflow-scm-1.rockspec"

cd "$work"
export HOME="$work/empty" # nothing of the user's settings
quietly() {
  "$@" >"$work/log" 2>&1 </dev/null || { cat "$work/log" >&2; exit 1; }
}
quietly luarocks --lua-version "$1" pack synthflow-scm-1.rockspec
modules=$(cd "$root" && "lua$1" spec/tools/rockspec.lua modules | sort)

for lua in "$@"; do
  tree=$work/tree-$lua
  quietly luarocks --lua-version "$lua" --tree "$tree" install --deps-mode=none synthflow-scm-1.src.rock
  cd "$work/empty"
  for module in $modules synthflow.core; do
    LUA_PATH="$tree/share/lua/$lua/?.lua;$tree/share/lua/$lua/?/init.lua;;" LUA_CPATH="$tree/lib/lua/$lua/?.so;;" \
      "lua$lua" "$root/spec/tools/load.lua" "$tree" "$module"
  done
  echo "rock lua$lua: packed, installed and loaded ($(echo "$modules" | wc -l) modules and the core)"
  cd "$work"
done
