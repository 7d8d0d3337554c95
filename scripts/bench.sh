#!/bin/sh
# Prints what the core costs: ns per bar against plain loops and go-talib, then
# ns per bar native, in wazero and in V8. Arguments go to the first (-quick,
# -sizes, -only, -samples, -budget), and `accuracy -trades FILE` compares volume
# profiles from bars with those from trades.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bench=$here/../build/bench
(cd "$here/bench" && go build -trimpath -o "$bench" .)
"$bench" "$@"
case ${1:-} in
'' | -quick) "$here/bench-next.sh" "$@" ;;
esac
