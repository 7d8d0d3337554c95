#!/bin/sh
# What a request costs on workerd, on both roads, beside a Worker on the fastest
# npm package and one that only parses and prints:
#   bench-edge.sh          a few minutes; let nothing else run
#   bench-edge.sh -quick   to see that all of it works
set -eu
cd "$(dirname "$0")/.."
scripts/edge.sh
mark=web/bench/node_modules/.installed
if ! cmp -s web/bench/package-lock.json "$mark"; then
	(cd web/bench && npm ci --no-audit --no-fund --loglevel=error)
	cp web/bench/package-lock.json "$mark"
fi
cd edge
npx --no-install tsc --noEmit -p bench
npx --no-install esbuild bench/package.ts bench/floor.ts --bundle --minify --format=esm --target=es2023 --outdir=dist/bench --log-level=error
npx --no-install esbuild bench/main.ts --bundle --platform=node --format=esm --packages=external \
	--outfile=bench/.main.mjs --log-level=error
trap 'rm -f bench/.main.mjs' EXIT
node bench/.main.mjs "$@"
