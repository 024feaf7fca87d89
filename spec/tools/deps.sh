#!/bin/sh
# Installs the Debian or Ubuntu packages that the named groups need and this machine lacks.
#
#   deps.sh GROUP...     groups: build lua5.1 lua5.2 lua5.3 lua5.4 luajit sandbox specs kamailio lint memory
#                        rock
#
# "a|b" is met by either package; the first one is installed. Debian's luajit packages and
# luajit2 exclude each other and OpenResty's nginx module wants luajit2, hence that order.
set -eu

packages_of() {
  case $1 in
    build) echo "gcc libc6-dev pkg-config|pkgconf libcurl4-openssl-dev|libcurl4-gnutls-dev lua-cjson ca-certificates" ;;
    lua5.1) echo "lua5.1 liblua5.1-0-dev" ;;
    lua5.2 | lua5.3 | lua5.4) echo "$1 lib$1-dev" ;;
    luajit) echo "luajit2|luajit libluajit2-5.1-dev|libluajit-5.1-dev" ;;
    # lua-http with all it needs is packaged for 5.1 and 5.2 only (LuaJIT uses that of 5.1).
    sandbox) echo "lua-http lua-dkjson lua5.1|luajit2|luajit|lua5.2" ;;
    specs) echo "lua-busted lua-luv lua-coxpcall curl libnghttp2-dev libssl-dev openssl locales procps" ;;
    kamailio) echo "sip-tester liblua5.1-0" ;;
    lint) echo "lua-check cppcheck clang clang-tidy" ;;
    memory) echo "valgrind" ;;
    rock) echo "luarocks" ;;
    *) echo "deps: there is no group $1" >&2; exit 2 ;;
  esac
}

wanted=
for group in "$@"; do
  packages=$(packages_of "$group")
  wanted="$wanted $packages"
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "deps: not Debian or Ubuntu, so nothing is installed; needed here under Debian's names:$wanted"
  exit 0
fi

# One question for all packages: a line for each one that is installed.
have=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' 2>/dev/null | sed -n 's/^ii *//p')

missing=
for choice in $wanted; do
  met=no
  for package in $(echo "$choice" | tr '|' ' '); do
    if printf '%s\n' $have $missing | grep -qxF "$package"; then met=yes; fi
  done
  [ $met = yes ] || missing="$missing ${choice%%|*}"
done

install_missing() {
  apt="env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "deps: these packages are missing; as root run: apt-get install$missing" >&2
      exit 1
    fi
    apt="sudo $apt"
  fi
  echo "Installing$missing"
  if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then
    update || { cat "$log" >&2; exit 1; }
  fi
  # Lists that are older than the archive name files it no longer has: refresh once.
  install || { update && install; } || { cat "$log" >&2; exit 1; }
}

install() {
  # --no-remove: a package that excludes one of the user's own must fail, not replace it.
  # shellcheck disable=SC2086
  $apt install -y --no-install-recommends --no-remove $missing >"$log" 2>&1 </dev/null
}

update() {
  $apt update >"$log" 2>&1 </dev/null
}

# unpack PROGRAM PACKAGE...: below the build, because these packages would start a server on this
# machine when they are installed. Without them the specs that need them are skipped.
unpack() {
  program=$1
  shift
  if [ -d "$build/$program" ]; then return; fi
  echo "Unpacking $* into $build/$program"
  mkdir -p "$build/$program"
  (
    cd "$build/$program" && apt-get -qq download "$@"
    for file in *.deb; do dpkg-deb -x "$file" .; done
  ) >"$log" 2>&1 </dev/null || true
}

# For HTTP/2.
fetch_nginx() {
  if command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; then return; fi
  unpack nginx nginx
}

# OpenResty's module for that nginx, with its Lua part.
fetch_nginx_lua() {
  if [ -e /usr/lib/nginx/modules/ngx_http_lua_module.so ]; then return; fi
  unpack nginx-lua libnginx-mod-http-lua libnginx-mod-http-ndk lua-resty-core lua-resty-lrucache libpcre3
}

# Its Lua modules link nothing but liblua5.1 beyond what every machine has.
fetch_kamailio() {
  if find /usr/lib /usr/local/lib -path '*/kamailio/modules/app_lua.so' 2>/dev/null | grep -q .; then return; fi
  unpack kamailio kamailio kamailio-lua-modules
}

build=${BUILD:-build}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ -z "$missing" ] || install_missing
case " $* " in *" specs "*) fetch_nginx && fetch_nginx_lua ;; esac
case " $* " in *" kamailio "*) fetch_kamailio ;; esac
