package storetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// startWithin bounds how long a server may take until it takes connections.
const startWithin = time.Minute

// process is a server that tests start, stop, pause and kill.
type process struct {
	network, address string
	binary           string
	enter            []string // what comes before the command
	args             []string
	said             string // file its log goes to
	cmd              *exec.Cmd
	ended            chan struct{}
}

// newRedis is a redis-server over a directory, with more settings.
func newRedis(network, address, dir string, args []string) *process {
	return &process{network: network, address: address, binary: "redis-server", said: filepath.Join(dir, "log"), args: append([]string{
		"--dir", dir, "--save", "", "--daemonize", "no", "--logfile", filepath.Join(dir, "log"),
	}, args...)}
}

// start starts it, over the files it left, and waits until it takes connections.
func (p *process) start() error {
	binary, err := exec.LookPath(p.binary)
	if err != nil {
		return fmt.Errorf("the test needs a Redis: %w; scripts/setup.sh installs it", err)
	}
	// It ends by Kill, when the test's context is over already.
	command := slices.Concat(p.enter, []string{binary}, p.args)
	p.cmd = exec.CommandContext(context.Background(), command[0], command[1:]...)
	p.cmd.SysProcAttr = bound()
	if err := p.spawn(); err != nil {
		return err
	}
	var dialer net.Dialer
	for end := time.Now().Add(startWithin); ; time.Sleep(2 * time.Millisecond) {
		conn, err := dialer.DialContext(context.Background(), p.network, p.address)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(end) {
			said, _ := os.ReadFile(p.said) // what there is of it
			p.Kill()
			return fmt.Errorf("%s at %s takes no connections: %w; it said:\n%s", p.binary, p.address, err, said)
		}
	}
}

// spawn starts the process from a thread that lasts as long: the kernel ties a
// child's death signal to the thread that started it.
func (p *process) spawn() error {
	started := make(chan error)
	p.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		defer close(ended)
		runtime.LockOSThread()
		err := cmd.Start()
		if started <- err; err == nil {
			_ = cmd.Wait() // how it ended is of no interest
		}
	}(p.cmd, p.ended)
	return <-started
}

// Kill ends the server as SIGKILL does.
func (p *process) Kill() {
	if p.cmd == nil || p.cmd.Process == nil {
		return // it was never started
	}
	_ = p.cmd.Process.Kill() // killing what has ended already is no error
	<-p.ended
}

// Pause stops the server where it is; its connections stay open. Continue lets
// it go on.
func (p *process) Pause() { _ = p.cmd.Process.Signal(syscall.SIGSTOP) }

// Continue is the end of a Pause.
func (p *process) Continue() { _ = p.cmd.Process.Signal(syscall.SIGCONT) }

// freePorts finds ports of the loopback interface nobody listens on.
func freePorts(count int) ([]int, error) {
	ports := make([]int, count)
	var errs []error
	for i := range ports {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		ports[i] = l.Addr().(*net.TCPAddr).Port
		defer func() { errs = append(errs, l.Close()) }()
	}
	return ports, errors.Join(errs...)
}

// Eventually waits until a fact holds, and fails the test where it does not in
// time.
func Eventually(t testing.TB, within time.Duration, fact string, holds func() bool) {
	t.Helper()
	if !eventually(within, holds) {
		t.Fatalf("not within %v: %s", within, fact)
	}
}

func eventually(within time.Duration, holds func() bool) bool {
	for end := time.Now().Add(within); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}
