#!/bin/sh
# Measures one monitor process over a local Redis of its own. Arguments go on
# (-series, -warm, -bursts, -writers, -cpuprofile).
set -eu
cd "$(dirname "$0")/.."
go build -o build/monitorbench ./scripts/monitorbench
exec build/monitorbench "$@"
