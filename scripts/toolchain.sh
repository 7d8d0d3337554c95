#!/bin/sh
# Installs the pinned compiler of the wasm module, TinyGo on LLVM 19, and
# prints the environment it needs: eval "$(scripts/toolchain.sh)".
#
# The first run takes a few minutes (TinyGo is built from source through the Go
# module proxy), the next ones nothing. Needs Go, a C++ compiler and, only
# where LLVM 19 is missing, Debian's apt as root or through sudo.
set -eu

version=0.41.0 # of scripts/tools/tinygo/go.mod; the tool's directory carries it
here=$(cd "$(dirname "$0")" && pwd)
dest="${XDG_CACHE_HOME:-$HOME/.cache}/quantum/tinygo-$version-llvm19"
llvm=/usr/lib/llvm-19

install_llvm() {
	[ -e "$llvm/include/llvm-c/Core.h" ] && [ -e "$llvm/lib/libclang.so" ] && [ -x "$llvm/bin/wasm-ld" ] && [ -x "$llvm/bin/opt" ] && return
	echo "toolchain: installing LLVM 19" >&2
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q >&2
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qy --no-install-recommends llvm-19-dev libclang-19-dev lld-19 >&2
}

# build_tinygo fills a directory of its own and moves it into place whole, so
# that a run cut short, or two at once, leave no half of a compiler.
build_tinygo() {
	echo "toolchain: building TinyGo $version, a few minutes" >&2
	mkdir -p "$(dirname "$dest")"
	fresh=$(mktemp -d "$dest.XXXXXX")
	trap 'chmod -R u+w "$fresh" 2>/dev/null || :; rm -rf "$fresh"' EXIT # moved away when all went well
	cd "$here/tools/tinygo"
	GOFLAGS=-mod=readonly go build -trimpath -buildvcs=false -ldflags='-s -w' -tags llvm19 -o "$fresh/bin/tinygo" github.com/tinygo-org/tinygo >&2
	source=$(GOFLAGS=-mod=readonly go list -m -f '{{.Dir}}' github.com/tinygo-org/tinygo)
	mkdir -p "$fresh/root"
	cp -r "$source/src" "$source/targets" "$fresh/root/"
	chmod -R u+w "$fresh/root"
	mkdir -p "$fresh/root/src/net" # a submodule that the module archive lacks; empty will do
	mv -T "$fresh" "$dest" 2>/dev/null || [ -x "$dest/bin/tinygo" ]
}

if [ ! -x "$dest/bin/tinygo" ]; then
	install_llvm
	(build_tinygo)
elif [ ! -x "$llvm/bin/wasm-ld" ]; then
	install_llvm
fi

cat <<END
export TINYGOROOT="$dest/root"
export WASMOPT="$here/tools/wasm-opt-copy"
export PATH="$here/tools:$dest/bin:$llvm/bin:\$PATH"
END
