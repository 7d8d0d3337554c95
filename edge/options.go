package main

import (
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/server/compute"
)

// options are what the Worker's variables and secrets say.
type options struct {
	compute compute.Options
	keys    []string // SHA-256 in hex of those that may ask; everybody if empty
	origin  *origin  // nil where there is none
	origins []string // browser origins that may read answers; none but the Worker's own if empty
}

// readOptions reads the variables by name; one that is not set is "". A bound
// that is no number is the default: a Worker has no start at which to refuse it.
func readOptions(setting func(name string) string) options {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(setting(name), 10, 64)
		return max(n, 0)
	}
	return options{
		compute: compute.Options{
			MaxBody: number("MAX_BODY"), MaxBars: int(number("MAX_BARS")), AtOnce: 1, WasmSHA256: wasmSHA256, Road: "go",
		},
		keys:    list(setting("KEYS")),
		origins: list(setting("ORIGINS")),
	}
}

// list splits at commas; spaces and empty parts are left out.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
