package store

import (
	"context"
	"crypto/rand"
	"net/url"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// memoryTimeout replaces a shorter one: in one process a slow answer is never a
// lost one, and a script takes some hundred times as long as in Redis.
const memoryTimeout = 30 * time.Second

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
