#!/bin/sh
# Builds the Worker and deploys it to Cloudflare:
#   ORIGIN_URL=https://signals.example edge-deploy.sh
#   edge-deploy.sh --dry-run               all but the upload; needs no account
# wrangler asks for an account the first time (npx wrangler login), or takes
# CLOUDFLARE_API_TOKEN. edge/README.md has the secrets.
set -eu
cd "$(dirname "$0")/.."
scripts/edge.sh
cd edge
export WRANGLER_SEND_METRICS=false WRANGLER_HIDE_BANNER=true
exec npx --no-install wrangler deploy --outdir ../build/edge \
	--var "ORIGIN_URL:${ORIGIN_URL-}" --var "ORIGINS:${ORIGINS-}" "$@"
