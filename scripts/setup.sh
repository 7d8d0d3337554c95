#!/bin/sh
# Installs what `make run` or `make test` needs and this machine lacks:
#   setup.sh run    redis-server, the page's npm packages
#   setup.sh test   as well TinyGo, Chromium, qemu and the linter
# Does nothing the second time. Debian is assumed; elsewhere it says what is missing.
set -eu
cd "$(dirname "$0")/.."

# need COMMAND PACKAGE: remembers the Debian package of a command that is not there.
missing=
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

need redis-server redis-server
if [ "${1:-run}" = test ]; then
	need g++ g++
	need chromium chromium
	need qemu-aarch64-static qemu-user-static
	need ip iproute2
	need unshare util-linux
fi
if [ -n "$missing" ]; then
	command -v apt-get >/dev/null || { echo "please install:$missing" >&2; exit 1; }
	sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
	echo "installing$missing"
	log=$(mktemp)
	{ $sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qy --no-install-recommends $missing; } >"$log" 2>&1 ||
		{ cat "$log" >&2; exit 1; }
	rm -f "$log"
fi

# node_modules is made anew only when the lock file has changed since.
mark=web/node_modules/.installed
if ! cmp -s web/package-lock.json "$mark"; then
	(cd web && npm ci --no-audit --no-fund --loglevel=error)
	cp web/package-lock.json "$mark"
fi

if [ "${1:-run}" = test ]; then
	scripts/edge.sh --set-up
	scripts/toolchain.sh >/dev/null
	scripts/lint.sh --install
fi
