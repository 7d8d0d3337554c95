#!/bin/sh
# Makes web/sdk/src/api.ts, the TypeScript types of the HTTP API, of
# server/api/openapi.yaml. A Go test compares the sum in its first line with the
# description, so that the types are never stale.
set -eu
cd "$(dirname "$0")/.."
version=7.13.0 # of openapi-typescript
from=server/api/openapi.yaml
to=web/sdk/src/api.ts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npx --yes "openapi-typescript@$version" "$from" -o "$work/api.ts" >/dev/null
{
	echo "// Made of $from by scripts/api-types.sh, openapi-typescript $version; sha256 $(sha256sum "$from" | cut -d' ' -f1)."
	cat "$work/api.ts"
} >"$to"
