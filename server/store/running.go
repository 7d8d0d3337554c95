package store

import (
	"context"
	"net"
	"net/url"
	"path/filepath"
	"time"
)

// Running finds the embedded server another process runs over a data directory,
// and gives its URL: for commands beside a running origin.
func Running(ctx context.Context, dir string) (string, bool) {
	dir, err := filepath.Abs(or(dir, "data"))
	if err != nil {
		return "", false
	}
	socket := filepath.Join(dir, "redis.sock")
	dialer := net.Dialer{Timeout: time.Second}
	c, err := dialer.DialContext(ctx, "unix", socket)
	if err != nil {
		return "", false
	}
	c.Close()
	return (&url.URL{Scheme: "unix", Path: socket}).String(), true
}
