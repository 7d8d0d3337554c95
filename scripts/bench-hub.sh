#!/bin/sh
# Loads the hub, a plain Melody broadcast and centrifuge with the same messages
# to the same clients, in one run, and prints what each carries:
#   bench-hub.sh          minutes; let nothing else run
#   bench-hub.sh -quick   seconds, to see that all of it works
# It is a module of its own: the product carries nothing of what it is compared
# with.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bench=$here/../build/bench-hub
(cd "$here/bench-hub" && go build -trimpath -o "$bench" .)
ulimit -n "$(ulimit -Hn)"
exec "$bench" "$@"
