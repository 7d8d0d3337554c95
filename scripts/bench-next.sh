#!/bin/sh
# Prints ns per bar of both engines in every host, as one table: Go, the module
# in wazero, and the module in V8 through the TypeScript package. The best of
# some rounds over 100,000 bars, the same in all hosts, copies in and out
# included. Arguments are not looked at.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

go test ./wasm/host -run '^TestBenchmarkBars$' -bench '^Benchmark(Next|Columns|Profile)$' -benchtime 20x -count 3 -bars "$work/bars" >"$work/go"
node web/sdk/scripts/build.mjs "$work/sdk" >&2
node web/sdk/scripts/bench.mjs "$work/sdk" "$work/bars" >"$work/v8"

echo
awk -v host="$(sed -n 's/^cpu: //p' "$work/go"), $(go env GOVERSION), Node $(node --version)" '
	FILENAME ~ /go$/ && /ns\/bar/ {
		name = $1; sub(/^Benchmark/, "", name); sub(/-[0-9]+$/, "", name)
		at = name; sub(/.*\//, "", at); sub(/\/[a-z]*$/, "", name)
		for (i = 2; i < NF; i++) if ($(i + 1) == "ns/bar") v = $i
		if (!((name, at) in best) || v + 0 < best[name, at]) best[name, at] = v + 0
	}
	FILENAME ~ /v8$/ { best[$1, "v8"] = $2 }
	END {
		print "ns per bar, " host
		print ""
		printf "| %-44s | %7s | %7s | %7s |\n", "what", "Go", "wazero", "V8"
		print "| -------------------------------------------- | ------: | ------: | ------: |"
		what["Next"] = "cipher, bar by bar"
		what["Columns/all"] = "cipher, a series: 21 readings and 56 flags"
		what["Columns/seven"] = "cipher, a series: the seven plain readings"
		what["Profile"] = "volume, a profile of 24 rows"
		split("Next Columns/all Columns/seven Profile", order)
		for (i = 1; i <= 4; i++) {
			n = order[i]
			printf "| %-44s | %7.1f | %7.1f | %7.1f |\n", what[n], best[n, "native"], best[n, "wazero"], best[n, "v8"]
		}
	}' "$work/go" "$work/v8"
