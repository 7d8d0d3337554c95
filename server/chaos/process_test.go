package chaos

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/monitor"
)

// process is a monitor process of a test.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	stats atomic.Pointer[monitor.Stats] // as it told last
	ended chan struct{}
}

// start starts a monitor process of a world.
func (w *world) start(o order) *process {
	w.t.Helper()
	if o.URL == "" {
		o.URL = w.redis.URL()
	}
	if o.Timeout == 0 {
		o.Timeout = time.Second
	}
	if o.Lease == 0 {
		o.Lease = lease
	}
	if o.Feeds == nil {
		o.Feeds = w.feeds("127.0.0.1")
	}
	o.Mutant = w.mutant
	text, err := json.Marshal(o)
	if err != nil {
		w.t.Fatal(err)
	}
	command := append(slices.Clone(o.Enter), os.Args[0])
	p := &process{t: w.t, cmd: exec.Command(command[0], command[1:]...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), childVar+"="+string(text))
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	p.stats.Store(&monitor.Stats{})
	go func() {
		defer close(p.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var s monitor.Stats
			if json.Unmarshal(lines.Bytes(), &s) == nil { // the last line may be cut
				p.stats.Store(&s)
			}
		}
		_ = p.cmd.Wait() // it may have been killed
	}()
	w.t.Cleanup(p.kill)
	return p
}

// signal sends a signal.
func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// kill ends the process as SIGKILL does, and waits for it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// stop has it end by itself.
func (p *process) stop() {
	p.signal(syscall.SIGTERM)
	<-p.ended
}
