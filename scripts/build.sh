#!/bin/sh
# Builds bin/quantum with the page inside.
set -eu
cd "$(dirname "$0")/.."
scripts/web.sh
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain 2>/dev/null | head -1)" ] || commit=$commit+changes
mkdir -p bin
go build -trimpath -ldflags="-s -w -X main.commit=$commit" -o bin/quantum ./server/cmd/quantum
