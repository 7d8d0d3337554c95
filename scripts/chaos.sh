#!/bin/bash
# Runs every test that kills, each fault CHAOS times as often as `make test` does
# (10), and prints what came of it. Arguments go to go test: -run Killed, -race.
set -euo pipefail
cd "$(dirname "$0")/.."
export CHAOS=${CHAOS:-10}
CHAOS_TABLE=$(mktemp)
export CHAOS_TABLE
trap 'rm -f "$CHAOS_TABLE"' EXIT

failed=0
# One package after the other: each test has processes of its own and wants the machine.
mapfile -t packages < <(go list -f '{{range .XTestImports}}{{println $.ImportPath .}}{{end}}{{range .TestImports}}{{println $.ImportPath .}}{{end}}' ./server/... |
	awk '$2 ~ /\/server\/chaostest$/ {print $1}' | sort -u)
go test -p 1 -count=1 -timeout 3h "$@" "${packages[@]}" || failed=$?
# Storms of 5,000 clients, slow, idle and hostile ones; then texts nobody thought of.
ulimit -n "$(ulimit -Hn)"
go test -count=1 -timeout 1h "$@" ./server/hub || failed=$?
go test -run '^$' -fuzz FuzzOperation -fuzztime 60s ./server/hub || failed=$?
go test -run '^$' -fuzz FuzzFrames -fuzztime 60s ./server/hub || failed=$?

echo
{
	printf 'fault\truns\tbars\tevents\tlost\tduplicated\tchanged\n'
	# A fault has a row for each store it struck: their sum is told.
	awk -F'\t' -v OFS='\t' '{known[$1]; for (i = 2; i <= 7; i++) sum[$1, i] += $i}
		END {for (f in known) print f, sum[f, 2], sum[f, 3], sum[f, 4], sum[f, 5], sum[f, 6], sum[f, 7]}' "$CHAOS_TABLE" | sort
} | awk -F'\t' '{printf "%-34s %8s %9s %9s %6s %11s %8s\n", $1, $2, $3, $4, $5, $6, $7}'
exit "$failed"
