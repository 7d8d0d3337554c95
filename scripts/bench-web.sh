#!/bin/sh
# Races quantum.wasm through its TypeScript package against other packages,
# plain loops and native Go, in Chromium and Node, in one run:
#   bench-web.sh          minutes; let nothing else run
#   bench-web.sh -quick   a minute, to see that all of it works
# web/bench is a package of its own, with its own lock: the product installs
# none of what it is compared with.
set -eu
cd "$(dirname "$0")/../web/bench"

mark=node_modules/.installed
if ! cmp -s package-lock.json "$mark"; then
	npm ci --no-audit --no-fund --loglevel=error
	cp package-lock.json "$mark"
fi

mkdir -p node_modules/.run
go build -o node_modules/.run/native ./native
npx --no-install tsc --noEmit -p .
npx --no-install esbuild src/run/main.ts --bundle --platform=node --format=esm --packages=external \
	--outfile=node_modules/.run/main.mjs --log-level=error
exec node node_modules/.run/main.mjs --native=node_modules/.run/native "$@"
