#!/bin/sh
# Sets up what is missing, builds, and serves page, API, monitor and hub with
# the embedded store. Without an argument it plays recorded BTC/USD candles from
# an npm package beside the simulated market; with one, the candles of that file
# (CSV, gzip or zstd; SYMBOL-INTERVAL-….csv.gz names the series).
set -eu
from=$PWD
cd "$(dirname "$0")/.."
scripts/setup.sh run
scripts/build.sh

if [ -n "${1:-}" ]; then
	case $1 in /*) file=$1 ;; *) file=$from/$1 ;; esac
	[ -r "$file" ] || { echo "DATA is $1, must be a readable file of candles" >&2; exit 1; }
	name=$(basename "$file")
	symbol=$(echo "$name" | cut -d- -f1 | cut -d. -f1)
	interval=$(echo "$name" | cut -d- -f2 | cut -d. -f1)
	case $interval in *[0-9][smhdw]) ;; *) interval=1m ;; esac
	note="candles of $name"
	store=data/${name%%.*}
else
	file=build/demo/BTCUSD-1m.csv.gz
	[ -f "$file" ] || node scripts/demo-data.mjs
	symbol=BTCUSD interval=1m
	note="recorded BTC/USD one-minute candles, GDAX, January 2016, from the npm package gdax-sim-test-data (MIT), played in a loop"
	store=data/demo
fi
export DEMO_FILE="$file" DEMO_SERIES="demo:$symbol:$interval" DEMO_NOTE="$note"
export WATCH="${WATCH:-$DEMO_SERIES,sim:SIMUSDT:1m}" DATA_DIR="${DATA_DIR:-$store}"
# It listens on the loopback address alone, so alerts and markets need no key.
export OPEN_WRITE="${OPEN_WRITE:-true}"
exec bin/quantum serve
