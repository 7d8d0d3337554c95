#!/bin/sh
# Builds the TypeScript package and the page (web/app/dist, which bin/quantum
# carries inside), unless nothing they are made of has changed.
set -eu
cd "$(dirname "$0")/.."
mark=web/app/dist/.built
now=$(git ls-files -co --exclude-standard web wasm/quantum.wasm | grep -v '\.go$' | sort | xargs sha256sum 2>/dev/null | sha256sum)
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$now" ]; then exit; fi
echo "building the page"
(cd web && npm run --silent build)
echo "$now" >"$mark"
