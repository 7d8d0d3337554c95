#!/bin/bash
# Starts a Redis Cluster to try things on: three masters and their replicas, on
# the ports from PORT (7001) up, of this machine alone. It says REDIS_URL, runs
# until Ctrl-C, then stops them and leaves nothing behind.
set -euo pipefail
port=${PORT:-7001}
dir=$(mktemp -d)
pids=()
stop() {
	trap - EXIT INT TERM
	[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 0' INT TERM

nodes=()
for ((i = 0; i < 6; i++)); do
	mkdir "$dir/$i"
	# A group of its own, so that Ctrl-C reaches this script alone.
	setsid redis-server --port $((port + i)) --bind 127.0.0.1 --dir "$dir/$i" --logfile "$dir/$i/log" --daemonize no \
		--cluster-enabled yes --cluster-port $((port + 10000 + i)) --cluster-node-timeout 2000 \
		--appendonly yes --save "" --repl-diskless-sync-delay 0 &
	pids+=($!)
	nodes+=("127.0.0.1:$((port + i))")
done
for node in "${nodes[@]}"; do
	until redis-cli -p "${node#*:}" ping >/dev/null 2>&1; do
		kill -0 "${pids[@]}" 2>/dev/null || { cat "$dir"/*/log >&2; exit 1; }
		sleep 0.1
	done
done
redis-cli --cluster create "${nodes[@]}" --cluster-replicas 1 --cluster-yes >"$dir/created" || { cat "$dir/created" >&2; exit 1; }
until [ "$(redis-cli -p "$port" cluster info | tr -d '\r' | grep -c '^cluster_state:ok$')" = 1 ]; do sleep 0.1; done
echo "three masters and three replicas run on ports $port to $((port + 5)); Ctrl-C stops them"
echo "export REDIS_URL=redis+cluster://${nodes[0]},${nodes[1]},${nodes[2]}"
wait
