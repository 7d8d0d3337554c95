#!/bin/sh
# Serves the Worker on this machine, without an account and without a network:
#   PORT=8787 ORIGIN_URL=http://127.0.0.1:8080 edge-dev.sh
# Set ORIGIN_URL to nothing to do without an origin.
set -eu
cd "$(dirname "$0")/.."
scripts/edge.sh
cd edge
export WRANGLER_SEND_METRICS=false WRANGLER_HIDE_BANNER=true CLOUDFLARE_CF_FETCH_ENABLED=false
exec npx --no-install wrangler dev --ip 127.0.0.1 --port "${PORT:-8787}" --show-interactive-dev-session=false \
	--var "ORIGIN_URL:${ORIGIN_URL-http://127.0.0.1:8080}" --var "ORIGINS:${ORIGINS-}" "$@"
