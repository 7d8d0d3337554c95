#!/bin/bash
# Holds every host of the arithmetic against the same vectors and against each
# other, by bits, and prints the table: Go on amd64 v1 and v3 and on arm64, the
# module on wazero, and the TypeScript package as it is packed in Node, Deno,
# Bun, a window and a worker of Chromium, and workerd.
#   parity.sh           a minute or two
#   parity.sh --long    with a million random candles and a million engines in each host
# QUANTUM_SEED sets where the random numbers begin, QUANTUM_SOAK and
# QUANTUM_ENGINES how many candles and engines there are.
set -euo pipefail
cd "$(dirname "$0")/.."
export QUANTUM_SEED=${QUANTUM_SEED:-1}
if [ "${1:-}" = --long ]; then
	export QUANTUM_SOAK=${QUANTUM_SOAK:-1000000} QUANTUM_ENGINES=${QUANTUM_ENGINES:-1000000}
fi
soak=${QUANTUM_SOAK:-20000}

# web/hosts is a package of its own, with its own lock: the product installs
# none of the hosts it is tested in.
mark=web/hosts/node_modules/.installed
if ! cmp -s web/hosts/package-lock.json "$mark"; then
	(cd web/hosts && npm ci --no-audit --no-fund --loglevel=error)
	cp web/hosts/package-lock.json "$mark"
fi

dir=build/parity
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/v1" ./wasm/parity
GOAMD64=v3 go build -o "$work/v3" ./wasm/parity
GOARCH=arm64 CGO_ENABLED=0 go build -o "$work/arm64" ./wasm/parity
arm64() { qemu-aarch64-static "$work/arm64" "$@"; }

"$work/v1" prepare -dir $dir
hosts=("Go amd64 v1" "Go amd64 v3" "Go arm64" "wazero" "Node" "Deno" "Bun" "Chromium window" "Chromium worker" "workerd")
"$work/v1" run -dir $dir -host "Go amd64 v1"
"$work/v3" run -dir $dir -host "Go amd64 v3"
arm64 run -dir $dir -host "Go arm64"
"$work/v1" run -dir $dir -host wazero -wazero

native=$("$work/v1" soak -seed "$QUANTUM_SEED" -candles "$soak")
alike() { # alike HOST DIGESTS
	echo "soak $1: $(cut -c-120 <<<"$2")…"
	if [ "$2" != "$native" ]; then
		echo "parity: $1 digests other values than Go amd64 v1: $native" >&2
		exit 1
	fi
}
alike "Go amd64 v3" "$("$work/v3" soak -seed "$QUANTUM_SEED" -candles "$soak")"
alike "Go arm64" "$(arm64 soak -seed "$QUANTUM_SEED" -candles "$soak")"
alike wazero "$("$work/v1" soak -seed "$QUANTUM_SEED" -candles "$soak" -wazero)"
if [ -n "${QUANTUM_ENGINES:-}" ]; then # the short form is part of go test
	go test ./wasm/host -run 'EnginesEndWithTheMemory' -v -engines "$QUANTUM_ENGINES" -timeout 60m | grep -E 'bytes in use|FAIL|^ok'
fi

(cd web && npx --no-install tsc --noEmit -p hosts && PARITY_PREPARED=1 npx --no-install vitest run --config hosts/vitest.config.ts)

"$work/v1" back -dir $dir
echo
"$work/v1" table -dir $dir "${hosts[@]}"
