#!/bin/sh
# A host may have symbols of any name: ours show one each.    exports.sh BUILD
set -eu
for library in "$1"/*/synthflow/core.so; do
  shown=$(nm -D --defined-only "$library" | sed 's/.* //' | tr '\n' ' ')
  if [ "$shown" != "luaopen_synthflow_core " ]; then
    echo "$library exports $shown" >&2
    exit 1
  fi
done
