// Command edge is the Cloudflare Worker's part in Go: the handler of the origin
// for signal requests, under github.com/syumai/workers. A request comes here
// when the fast road, in src, is not sure that it can answer it alone.
//
// Only files ending in _js.go touch Cloudflare; the rest is plain net/http.
package main

import _ "time/tzdata" // a Worker has no database of time zones

// wasmSHA256 is the hash of quantum.wasm; the build sets it.
var wasmSHA256 string

func main() {
	o := readOptions(setting)
	o.origin = newOrigin()
	serve(newHandler(o))
}
