#!/bin/sh
# Prints what the core costs: ns per bar against plain loops and go-talib, then
# ns per Next native, in wazero and in V8 where that script is there. Arguments
# go to the first (-quick, -sizes, -only, -samples, -budget), and `accuracy
# -trades FILE` compares volume profiles from bars with those from trades.
set -eu
cd "$(dirname "$0")"
(cd bench && go build -trimpath -o ../../build/bench .)
../build/bench "$@"
case ${1:-} in
'' | -quick) [ ! -x bench-next.sh ] || ./bench-next.sh "$@" ;;
esac
