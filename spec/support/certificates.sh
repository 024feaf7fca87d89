#!/bin/sh
# Makes the certificates of the fault server: certificates.sh DIRECTORY
#   ca.pem                 the authority a client has to trust
#   server.pem, .key       signed by it, for 127.0.0.1, ::1, localhost, row0.localhost to
#                          row99.localhost and every name below peer.localhost
#   wrong_name.pem, .key   signed by it, for another host
#   untrusted.pem, .key    for localhost, signed by itself
set -eu

directory=${1:?usage: certificates.sh DIRECTORY}
mkdir -p "$directory"
cd "$directory"

# Each host is another origin to a client. None takes *.localhost for a name below localhost.
local_names="DNS:localhost,DNS:*.peer.localhost,IP:127.0.0.1,IP:::1"
row=0
while [ $row -lt 100 ]; do
  local_names="$local_names,DNS:row$row.localhost"
  row=$((row + 1))
done

# openssl req, with a new key
request() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@" 2>/dev/null
}

# $1: file name; $2: subject; $3: its other names
sign() {
  request -keyout "$1.key" -out "$1.csr" -subj "/CN=$2"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
    -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  rm "$1.csr" "$1.ext"
}

request -x509 -keyout ca.key -out ca.pem -days 3650 -subj "/CN=Test authority"
sign server localhost "$local_names"
sign wrong_name elsewhere.test "DNS:elsewhere.test"
request -x509 -keyout untrusted.key -out untrusted.pem -days 3650 -subj "/CN=localhost" \
  -addext "subjectAltName=$local_names"
rm -f ca.key ca.srl
