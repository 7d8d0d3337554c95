// Package storetest runs real Redis servers for tests: one, a sentinel set, a
// cluster. All of them listen on the loopback interface or a socket, and end with
// the test.
package storetest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store"
	"github.com/redis/go-redis/v9"
)

// Redis is a redis-server of the test's own, on a unix socket, with an
// append-only file in a directory of the test, written to disk every second. It
// ends with the test.
type Redis struct {
	*process
	t   testing.TB
	dir string
}

// Always makes Start's server write to disk before it answers, so that nothing is
// lost when it is killed.
var Always = []string{"--appendfsync", "always"}

// Start starts a server and waits until it takes connections. More arguments
// are more settings, as on its command line.
func Start(t testing.TB, args ...string) *Redis {
	t.Helper()
	return StartOn(t, Place{}, args...)
}

// StartOn starts one on a host, or under a command.
func StartOn(t testing.TB, on Place, args ...string) *Redis {
	t.Helper()
	dir := shortDir(t)
	socket := filepath.Join(dir, "s")
	args = append([]string{"--port", "0", "--unixsocket", socket, "--appendonly", "yes"}, args...)
	r := &Redis{process: newRedis("unix", socket, dir, args), t: t, dir: dir}
	r.enter = on.Enter
	r.Restart()
	t.Cleanup(r.Kill)
	return r
}

// URL is the server's address.
func (r *Redis) URL() string { return (&url.URL{Scheme: "unix", Path: r.address}).String() }

// Socket is the path of the server's socket.
func (r *Redis) Socket() string { return r.address }

// Restart starts the server over the files it left.
func (r *Redis) Restart() {
	r.t.Helper()
	if err := r.start(); err != nil {
		r.t.Fatal(err)
	}
}

// Lose kills the server, takes the last bytes from its append-only file, and
// starts it again: what a machine that loses its power does to a file that is
// written to disk every second.
func (r *Redis) Lose(bytes int64) {
	r.t.Helper()
	r.Kill()
	files, err := filepath.Glob(filepath.Join(r.dir, "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		r.t.Fatalf("append-only files %v, %v; want one", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		r.t.Fatal(err)
	}
	if err := os.Truncate(files[0], max(0, info.Size()-bytes)); err != nil {
		r.t.Fatal(err)
	}
	r.Restart()
}

// Settle waits until the append-only file is not being written anew.
func (r *Redis) Settle() {
	r.t.Helper()
	c := r.Client()
	Eventually(r.t, startWithin, "the append-only file is written", func() bool {
		text, err := c.Info(context.Background(), "persistence").Result()
		return err == nil && strings.Contains(text, "aof_rewrite_in_progress:0\r\n") && strings.Contains(text, "aof_rewrite_scheduled:0\r\n")
	})
}

// Empty kills the server and starts it again without its data.
func (r *Redis) Empty() {
	r.t.Helper()
	r.Kill()
	if err := os.RemoveAll(filepath.Join(r.dir, "appendonlydir")); err != nil {
		r.t.Fatal(err)
	}
	r.Restart()
}

// Client is a client of the server, for what no store does.
func (r *Redis) Client() *redis.Client {
	c := redis.NewClient(&redis.Options{Network: r.network, Addr: r.address, Protocol: 2, DisableIdentity: true})
	r.t.Cleanup(func() { c.Close() })
	return c
}

// Server is what a store may be opened on.
type Server interface{ URL() string }

// answersWithin bounds one round trip where a test names no bound of its own: on
// a busy machine a slow server is no dead one.
const answersWithin = 20 * time.Second

// Open opens a store for the length of the test. A URL is filled in where
// options name none, unless there is no server.
func Open(t testing.TB, on Server, options store.Options) *store.Store {
	t.Helper()
	if options.URL == "" && on != nil {
		options.URL = on.URL()
	}
	if options.Timeout == 0 {
		options.Timeout = answersWithin
	}
	if options.Log == nil {
		options.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s, err := store.Open(t.Context(), options)
	for end := time.Now().Add(startWithin); late(err) && time.Now().Before(end); {
		s, err = store.Open(t.Context(), options)
	}
	if err != nil {
		t.Fatal(err)
	}
	// The test's context has ended when its cleanups run.
	t.Cleanup(func() { s.Close(context.WithoutCancel(t.Context())) })
	return s
}

// late reports whether a server has not answered in time: the machine may be busy.
func late(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// StartPort starts a server on a port and gives its address.
func StartPort(t testing.TB, args ...string) string {
	t.Helper()
	return StartPortOn(t, Place{}, args...)
}

// StartPortOn starts one on a host.
func StartPortOn(t testing.TB, on Place, args ...string) string {
	t.Helper()
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	n, err := startNode(on, shortDir(t), ports[0], args)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.Client.Close()
		n.Kill()
	})
	return n.address
}

// shortDir is a directory for a server: a test's own may be too deep for the path
// of a socket. What a killed server was still writing goes with it.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "q")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !eventually(startWithin, func() bool { return os.RemoveAll(dir) == nil }) {
			t.Errorf("%s cannot be removed", dir)
		}
	})
	return dir
}
