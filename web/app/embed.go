// Package app carries the built page inside the binary.
package app

import (
	"embed"
	"io/fs"
)

// dist is what `npm run build` in web writes. Before the first build it holds
// only .keep, so that `go build` needs no Node.
//
//go:embed all:dist
var dist embed.FS

// FS is the built page: index.html, its hashed assets and quantum.wasm. It is
// nil where the page was not built before the binary was.
func FS() fs.FS {
	page, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path: a bug of ours
	}
	if _, err := fs.Stat(page, "index.html"); err != nil {
		return nil
	}
	return page
}
