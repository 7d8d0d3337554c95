//go:build !unix

package store

import (
	"context"
	"errors"
	"log/slog"
)

// findServer finds nothing: there is no Redis server for this system.
func findServer() string { return "" }

type child struct{}

func startChild(context.Context, string, string, string, *slog.Logger) (*child, error) {
	return nil, errors.New("no redis-server on this system")
}

func (*child) url() string                { return "" }
func (*child) stop(context.Context) error { return nil }
