//go:build tinygo

// The module quantum.wasm: core behind a door through which only numbers pass.
// It imports nothing, so that a page, a Worker, Node, wazero, Python or Rust
// load the same bytes. ABI.md lists what it exports; scripts/wasm.sh builds it.
package main

func main() {}
