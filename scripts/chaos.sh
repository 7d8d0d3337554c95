#!/bin/bash
# Runs every test that kills, each fault CHAOS times as often as `make test` does
# (10), tells what it is at, and prints what came of it as a table, with the mutants
# that were caught beneath. Arguments go to go test: -run Killed, -race.
set -euo pipefail
cd "$(dirname "$0")/.."
export CHAOS=${CHAOS:-10}
dir=$(mktemp -d)
export CHAOS_TABLE=$dir/table
trap 'rm -rf "$dir"' EXIT
: >"$CHAOS_TABLE"
failed=0
ulimit -n "$(ulimit -Hn)" # storms of 5,000 clients

# progress shows a line of each test as it ends, and what failed in full.
progress() {
	local line
	while IFS= read -r line; do
		case $line in
		*"--- PASS"* | *"--- FAIL"* | *" runs, "* | *"writes are back"* | *caught:* | fuzz:*)
			printf '%4d:%02d %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$line" ;;
		esac
	done
}

# run NAME ARGUMENTS: one package after the other, since each test has processes of
# its own and wants the machine.
run() {
	local name=$1 from=$SECONDS log=$dir/log
	shift
	printf '%4d:%02d ── %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$name"
	if ! go test -count=1 -timeout 3h -v "$@" 2>&1 | tee "$log" | progress; then
		failed=1
		grep -vE '^ *(=== |--- PASS)' "$log" | tail -n 100
	fi
	printf '%4d:%02d ── %s: %d s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$name" $((SECONDS - from))
}

chosen=("$@")
# only PATTERN: what is run of a package, unless the arguments say.
only() { [[ " ${chosen[*]} " == *" -run"* ]] || printf '%s' "-run=$1"; }

run "monitors and their feeds" "$@" ./server/chaos
run "Redis" "$@" ./server/store/faults
run "simulation and calendar" $(only 'Simulation|Calendar') "$@" ./server/monitor
run "readiness" $(only 'Readiness') "$@" ./server/cmd/quantum
if [ $# = 0 ]; then
	# Slow, idle and hostile clients; then texts nobody thought of.
	run "hub" ./server/hub
	run "operations nobody thought of" -run '^$' -fuzz FuzzOperation -fuzztime 60s ./server/hub
	run "frames nobody thought of" -run '^$' -fuzz FuzzFrames -fuzztime 60s ./server/hub
fi

echo
{
	printf 'fault\truns\tbars\tevents\tlost\tduplicated\tchanged\n'
	# A fault has a row for each store it struck: their sum is told.
	awk -F'\t' -v OFS='\t' '$1 == "mutant" {next} {known[$1]; for (i = 2; i <= 7; i++) sum[$1, i] += $i}
		END {for (f in known) print f, sum[f, 2], sum[f, 3], sum[f, 4], sum[f, 5], sum[f, 6], sum[f, 7]}' "$CHAOS_TABLE" | sort -V
} | awk -F'\t' '{printf "%-34s %8s %9s %9s %6s %11s %8s\n", $1, $2, $3, $4, $5, $6, $7}'
echo
printf '%-34s %-46s %s\n' 'mutant of' 'what is broken' 'how it was caught'
grep '^mutant' "$CHAOS_TABLE" | sort -V -u | awk -F'\t' '{printf "%-34s %-46s %s\n", $2, $3, $4}'
if [ $# = 0 ]; then # every fault must have struck
	for f in F1 F4 F5 F6 F7 F8 F9 F10 F11 F18 F19 F20 F22; do
		grep -q "^$f " "$CHAOS_TABLE" || { echo "no row of $f" >&2; failed=1; }
		grep -q "^mutant	$f " "$CHAOS_TABLE" || echo "no mutant of $f" >&2
	done
fi
printf 'CHAOS=%s: %d:%02d minutes\n' "$CHAOS" $((SECONDS / 60)) $((SECONDS % 60))
exit "$failed"
