#!/bin/sh
# Builds wasm/quantum.wasm, the one place that knows how, and its record
# wasm/quantum.json.
#   wasm.sh           build the module and write its record
#   wasm.sh --check   build it elsewhere and compare the bytes with what is committed
# A test compares the record with the sources, so that the module is never stale.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C

flags="-opt s -no-debug -panic trap"

# What the module is made of: one hash over "hash  path" lines, sorted by path.
sources() {
	find core wasm -name '*.go' ! -name '*_test.go' ! -path 'wasm/*/*' | { cat; echo wasm/core.json; echo wasm/catalog.json; echo wasm/fast.txt; } |
		sort | xargs sha256sum | sha256sum | cut -d' ' -f1
}

build() { # build OUTPUT
	tinygo build -target wasm/core.json $flags -o "$1" ./wasm
}

environment=$(scripts/toolchain.sh)
eval "$environment"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ "${1:-}" = --check ] || go test ./wasm -run '^TestCatalogIsCores$' -update >/dev/null
build "$work/quantum.wasm"

if [ "${1:-}" = --check ]; then
	if ! cmp -s "$work/quantum.wasm" wasm/quantum.wasm; then
		echo "wasm/quantum.wasm is not what its sources give: run scripts/wasm.sh" >&2
		exit 1
	fi
	echo "wasm/quantum.wasm is what its sources give, byte by byte"
	exit
fi

versions=$(tinygo version) # tinygo version 0.41.0 linux/amd64 (using go version go1.26.8 and LLVM version 19.1.7)
field() { echo "$versions" | sed -n "s/.*$1 version \(go\)\{0,1\}\([0-9.]*\).*/\2/p"; }
cat >"$work/quantum.json" <<END
{
  "tinygo": "$(field tinygo)",
  "llvm": "$(field LLVM)",
  "go": "$(field 'using go')",
  "flags": "$flags",
  "size": $(wc -c <"$work/quantum.wasm"),
  "gzip": $(gzip -9 -n <"$work/quantum.wasm" | wc -c),
  "sha256": "$(sha256sum "$work/quantum.wasm" | cut -d' ' -f1)",
  "sources": "$(sources)"
}
END
chmod 644 "$work/quantum.wasm"
mv "$work/quantum.wasm" "$work/quantum.json" wasm/
cat wasm/quantum.json
