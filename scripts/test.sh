#!/bin/bash
# Sets up what is missing and runs every test, from lint to the browser. Each
# step says how long it took; the first failure ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
	local name=$1 from=$SECONDS
	shift
	echo "── $name"
	"$@"
	echo "── $name: $((SECONDS - from)) s"
}

# The bits must be the same on every processor: once with fused multiply-add at
# the compiler's disposal, once on another architecture.
amd64_v3() { GOAMD64=v3 go test ./core/...; }
arm64() { GOARCH=arm64 CGO_ENABLED=0 go test -short -exec qemu-aarch64-static ./core/...; }

# The benchmarks compare bits before they time anything.
benchmarks() {
	(cd scripts/bench && go vet ./... && go test ./...)
	(cd scripts/bench-hub && go vet ./...)
	scripts/bench-hub.sh -quick
}

step "set-up" scripts/setup.sh test
step "page" scripts/web.sh
step "lint" scripts/lint.sh
step "wasm is what its sources give" scripts/wasm.sh --check
step "go, with the race detector" go test -race ./...
step "go, amd64 v3" amd64_v3
step "go, arm64 under qemu" arm64
step "benchmarks agree" benchmarks
step "typescript" npm --prefix web --silent test
step "the same in every host" scripts/parity.sh
step "the edge Worker" scripts/edge-test.sh
step "build" scripts/build.sh
step "browser" npm --prefix web --silent run e2e
echo "all tests passed in $SECONDS s"
