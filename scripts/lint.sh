#!/bin/sh
# Lints Go with the golangci-lint pinned in scripts/tools/lint, and the web
# packages with Biome and the TypeScript compiler. --install only builds the
# linter into the cache, once for each pinned version.
set -eu
cd "$(dirname "$0")/.."
version=$(awk '/golangci\/golangci-lint\/v2 v/ {for (i = 1; i <= NF; i++) if ($i ~ /^v[0-9]/) print $i}' scripts/tools/lint/go.mod)
bin="${XDG_CACHE_HOME:-$HOME/.cache}/quantum/golangci-lint-$version"
if [ ! -x "$bin" ]; then
	echo "building golangci-lint $version (once, a few minutes)"
	(cd scripts/tools/lint && go build -trimpath -ldflags='-s -w' -o "$bin" github.com/golangci/golangci-lint/v2/cmd/golangci-lint)
fi
[ "${1:-}" = --install ] && exit

"$bin" run ./...
(cd web && npm run --silent lint && npx --no-install biome check --error-on-warnings ../edge)
scripts/edge.sh --set-up
(cd edge && npx --no-install tsc --noEmit -p .)
