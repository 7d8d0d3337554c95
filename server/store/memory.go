package store

import (
	"context"
	"crypto/rand"
	"net/url"

	"github.com/alicebob/miniredis/v2"
)

// startMemory runs a Redis written in Go inside this process, on a loopback
// port and behind a password nobody else knows.
func startMemory() (stop func(context.Context) error, address string, err error) {
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true) // leases run out by themselves, as in Redis
	password := rand.Text()
	m.RequireAuth(password)
	if err := m.Start(); err != nil {
		return nil, "", err
	}
	stop = func(context.Context) error { m.Close(); return nil }
	return stop, (&url.URL{Scheme: "redis", User: url.UserPassword("", password), Host: m.Addr()}).String(), nil
}
