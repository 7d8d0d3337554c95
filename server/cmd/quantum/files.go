package main

import (
	"io"
	"os"

	"github.com/quantum-signals/quantum/server/feed"
)

// openFile opens a file for reading, through gzip or zstd where it is
// compressed; "-" is standard input.
func openFile(name string, s streams) (io.ReadCloser, error) {
	if name == "-" {
		return feed.Decompress(io.NopCloser(s.in))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return feed.Decompress(f)
}
