#!/bin/sh
# Prints requests a second and the 99th percentile of POST /signals/cipher beside
# handlers that only decode and encode the same JSON. Arguments: -clients, -rounds,
# -each.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bench=$here/../build/bench-api
(cd "$here/bench-api" && go build -trimpath -o "$bench" .)
exec "$bench" "$@"
