//go:build unix

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// findServer looks for a Redis on PATH.
func findServer() string {
	for _, name := range []string{"redis-server", "valkey-server"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// child is a redis-server run as our own child: on a unix socket nobody else
// can open, with an append-only file in the data directory. It is started again
// when it dies, and dies with us.
type child struct {
	binary, dir, socket string
	fsync               string // everysec or always
	log                 *slog.Logger
	lock                *os.File // the child inherits it, so an orphan that still writes keeps the next one out

	mu       sync.Mutex
	process  *os.Process // guarded by mu; nil between two lives
	stopping bool        // guarded by mu
	ended    chan struct{}
}

// startChild starts the server over dir and waits until it takes connections.
func startChild(ctx context.Context, binary, dir, fsync string, log *slog.Logger) (*child, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	lock, err := lockDir(ctx, dir)
	if err != nil {
		return nil, err
	}
	socket, err := socketPath(dir)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	c := &child{binary: binary, dir: dir, fsync: fsync, socket: socket, log: log, lock: lock, ended: make(chan struct{})}
	first := make(chan error, 1)
	go c.supervise(first)
	if err := <-first; err != nil {
		return nil, err
	}
	if err := c.awaitSocket(ctx); err != nil {
		return nil, errors.Join(err, c.stop(ctx))
	}
	log.Info("redis-server runs as our child", "binary", binary, "dir", dir)
	return c, nil
}

func (c *child) url() string { return (&url.URL{Scheme: "unix", Path: c.socket}).String() }

// supervise runs the server until stop. The first start's error goes to first;
// later ones are logged and tried again, ever slower up to 5 s.
//
// The kernel ties a child's death signal to the thread that started it, so
// this goroutine keeps one thread for itself.
func (c *child) supervise(first chan<- error) {
	defer close(c.ended)
	defer c.lock.Close()
	runtime.LockOSThread()
	pause := 50 * time.Millisecond
	for {
		started := time.Now()
		var said tail
		cmd := c.command(&said)
		err := c.start(cmd)
		if first != nil {
			if first <- err; err != nil {
				return
			}
			first = nil
		}
		if err == nil {
			err = cmd.Wait()
		}
		c.mu.Lock()
		c.process = nil
		stopping := c.stopping
		c.mu.Unlock()
		if stopping {
			return
		}
		if time.Since(started) > time.Minute {
			pause = 50 * time.Millisecond
		}
		c.log.Error("redis-server died and is started again", "err", err, "after", time.Since(started), "said", said.String())
		time.Sleep(pause)
		pause = min(2*pause, 5*time.Second)
	}
}

func (c *child) start(cmd *exec.Cmd) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping {
		return errors.New("stopping")
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.binary, err)
	}
	c.process = cmd.Process
	return nil
}

func (c *child) command(said *tail) *exec.Cmd {
	// It outlives the context of its start: stop ends it.
	cmd := exec.CommandContext(context.Background(), c.binary,
		"--port", "0", "--unixsocket", c.socket, "--unixsocketperm", "700",
		"--dir", c.dir, "--appendonly", "yes", "--appendfsync", c.fsync, "--save", "",
		"--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "notice", "--logfile", "")
	cmd.Stdout, cmd.Stderr = said, said
	cmd.ExtraFiles = []*os.File{c.lock}
	cmd.SysProcAttr = bound()
	return cmd
}

// awaitSocket waits until the server takes connections, at most 30 s.
func (c *child) awaitSocket(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var dialer net.Dialer
	for {
		conn, err := dialer.DialContext(ctx, "unix", c.socket)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", c.binary, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// stop asks the server for a last write to disk and waits for its end, at most
// until ctx ends or 10 s; then it is killed.
func (c *child) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	c.signal(syscall.SIGTERM)
	select {
	case <-c.ended:
		return nil
	case <-ctx.Done():
		c.signal(syscall.SIGKILL)
		<-c.ended
		return fmt.Errorf("redis-server was killed: it did not stop: %w", ctx.Err())
	}
}

func (c *child) signal(s syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopping = true
	if c.process != nil {
		// An error says that it has ended already, which is what is wanted.
		_ = c.process.Signal(s)
	}
}

// lockDir keeps two servers from writing one data directory. It waits up to
// 10 s for an earlier one that is still shutting down.
func lockDir(ctx context.Context, dir string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(dir, "redis.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return lock, nil
		}
		select {
		case <-ctx.Done():
			lock.Close()
			return nil, fmt.Errorf("data directory %s is in use by another process: %w", dir, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// socketPath is a place for the socket that fits the 104 bytes some systems
// allow.
func socketPath(dir string) (string, error) {
	if path := filepath.Join(dir, "redis.sock"); len(path) <= 100 {
		return path, nil
	}
	short, err := os.MkdirTemp("", "quantum-")
	return filepath.Join(short, "redis.sock"), err
}

// tail keeps the last few lines a process said.
type tail struct {
	mu   sync.Mutex
	said []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, p...)
	t.said = t.said[max(0, len(t.said)-2048):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.said))
}
