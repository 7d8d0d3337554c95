//go:build !tinygo

// Package wasm carries quantum.wasm, the core compiled by TinyGo, inside Go
// programs. ABI.md in this directory is its contract; package host runs it.
package wasm

import (
	"crypto/sha256"
	_ "embed" // the module is carried in the program
	"encoding/hex"
	"sync"
)

// Bytes is the module. Do not change it.
//
//go:embed quantum.wasm
var Bytes []byte

// SHA256 is the module's hash in hex, as answers of the API name the engine
// that computed them.
var SHA256 = sync.OnceValue(func() string {
	sum := sha256.Sum256(Bytes)
	return hex.EncodeToString(sum[:])
})
