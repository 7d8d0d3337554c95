#!/bin/sh
# Builds the Worker into edge/dist and tells its size; above 2.9 MB, gzip, it
# fails: a Worker of Cloudflare's free plan may have 3.
#   edge.sh            build
#   edge.sh --set-up   only install what the build and its tests need
set -eu
cd "$(dirname "$0")/.."
limit=2900000

mark=edge/node_modules/.installed
if ! cmp -s edge/package-lock.json "$mark"; then
	(cd edge && npm ci --no-audit --no-fund --loglevel=error)
	cp edge/package-lock.json "$mark"
fi
[ "${1:-}" = --set-up ] && exit

# The generator empties its directory. The stand-in for mimetype is for this
# build alone, so it has a go.mod of its own.
go tool workers-assets-gen -mode=go -o edge/dist/go
cp go.sum edge/dist/edge.sum
cp go.mod edge/dist/edge.mod
go mod edit -replace github.com/gabriel-vasile/mimetype=./edge/mimetype edge/dist/edge.mod
sha256=$(sed -n 's/.*"sha256": "\(.*\)".*/\1/p' wasm/quantum.json)
GOOS=js GOARCH=wasm go build -modfile=edge/dist/edge.mod -trimpath -ldflags="-s -w -X main.wasmSHA256=$sha256" \
	-tags validator_novalidatefn -o edge/dist/app.wasm ./edge
node edge/build.mjs

size() { gzip -9nc "$1" | wc -c; }
app=$(size edge/dist/app.wasm) quantum=$(size edge/dist/quantum.wasm) script=$(size edge/dist/worker.js)
all=$((app + quantum + script))
echo "edge: $all bytes gzip: Go road $app, quantum.wasm $quantum, script $script; fast road alone $((quantum + script))"
if [ $all -gt $limit ]; then
	echo "edge: that is above $limit" >&2
	exit 1
fi
