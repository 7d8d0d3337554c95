#!/bin/sh
# Tests the Worker on workerd, beside a real origin.
set -eu
cd "$(dirname "$0")/.."
scripts/edge.sh --set-up
cd edge && exec npx --no-install vitest run
