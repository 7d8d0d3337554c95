// Package storetest runs real Redis servers for tests.
package storetest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store"
)

// Redis is a redis-server of the test's own, on a unix socket, with an
// append-only file in a directory of the test, written to disk every second. It
// ends with the test.
type Redis struct {
	t      testing.TB
	dir    string
	socket string
	args   []string
	cmd    *exec.Cmd
}

// Always makes Start's server write to disk before it answers, so that nothing is
// lost when it is killed.
var Always = []string{"--appendfsync", "always"}

// Start starts a server and waits until it takes connections. More arguments
// are more settings, as on its command line.
func Start(t testing.TB, args ...string) *Redis {
	t.Helper()
	// A test's own directory may be too deep for a socket's path.
	short, err := os.MkdirTemp("", "q")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(short) })
	r := &Redis{t: t, dir: t.TempDir(), socket: filepath.Join(short, "s"), args: args}
	r.Restart()
	t.Cleanup(r.Kill)
	return r
}

// URL is the server's address.
func (r *Redis) URL() string { return (&url.URL{Scheme: "unix", Path: r.socket}).String() }

// Restart starts the server over the files it left.
func (r *Redis) Restart() {
	r.t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		r.t.Fatalf("the test needs a Redis: %v; scripts/setup.sh installs it", err)
	}
	// It ends by Kill, in a cleanup, when the test's context is over already.
	ctx := context.WithoutCancel(r.t.Context())
	cmd := exec.CommandContext(ctx, binary, append([]string{
		"--port", "0", "--unixsocket", r.socket, "--dir", r.dir,
		"--appendonly", "yes", "--save", "", "--daemonize", "no",
	}, r.args...)...)
	cmd.SysProcAttr = bound()
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.cmd = cmd
	var dialer net.Dialer
	Eventually(r.t, 20*time.Second, "redis-server takes connections", func() bool {
		conn, err := dialer.DialContext(ctx, "unix", r.socket)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// Kill ends the server as SIGKILL does.
func (r *Redis) Kill() {
	// Killing what has ended already is no error, nor is its state.
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// Open opens a store for the length of the test. A URL is filled in where
// options name none, unless they ask for memory.
func Open(t testing.TB, r *Redis, options store.Options) *store.Store {
	t.Helper()
	if options.URL == "" && r != nil {
		options.URL = r.URL()
	}
	if options.Log == nil {
		options.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	// The test's context has ended when its cleanups run.
	t.Cleanup(func() { s.Close(context.WithoutCancel(t.Context())) })
	return s
}

// OnEach runs a test on a Redis server and on the store in this process.
func OnEach(t *testing.T, options store.Options, test func(t *testing.T, s *store.Store)) {
	t.Run("server", func(t *testing.T) { test(t, Open(t, Start(t), options)) })
	t.Run("memory", func(t *testing.T) {
		options.Memory = true
		test(t, Open(t, nil, options))
	})
}

// Eventually waits until a fact holds, and fails the test where it does not in
// time.
func Eventually(t testing.TB, within time.Duration, fact string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, fact)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
