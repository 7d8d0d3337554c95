package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// plan is one measurement.
type plan struct {
	clients  int
	channels int
	each     int // channels a client listens to
	window   int // messages under way
	rate     int // messages a second of the quiet part
	last     time.Duration
	only     string
	profile  string
}

// fan is how many clients hear a message.
func (p plan) fan() float64 { return float64(p.clients) * float64(p.each) / float64(p.channels) }

// figures are what a part of a run came to.
type figures struct {
	rate     float64 // deliveries a second
	lost     int64
	p50, p99 float64 // ms from publishing to having been read
	cpu      float64 // µs of the server a delivery
}

type result struct {
	full, quiet figures
	memory      float64 // KiB of the server a client at rest
	gone        int     // clients the server let go
	why         error   // the first was
}

// process is a server of ours.
type process struct {
	cmd   *exec.Cmd
	to    io.WriteCloser
	lines *bufio.Scanner
	port  int
}

func start(peer string, p plan) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"-serve", peer, "-channels", strconv.Itoa(p.channels)}
	if p.profile != "" {
		args = append(args, "-profile", p.profile)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	to, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	from, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &process{cmd: cmd, to: to, lines: bufio.NewScanner(from)}
	text, err := s.answer()
	if err != nil {
		return nil, err
	}
	s.port, err = strconv.Atoi(text)
	return s, err
}

func (s *process) answer() (string, error) {
	if !s.lines.Scan() {
		return "", errors.Join(io.ErrUnexpectedEOF, s.lines.Err())
	}
	return s.lines.Text(), nil
}

// memory is what the server holds after a collection, in bytes.
func (s *process) memory() (float64, error) {
	if _, err := io.WriteString(s.to, "m\n"); err != nil {
		return 0, err
	}
	text, err := s.answer()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(text, 64)
}

// publish has the server publish n more messages.
func (s *process) publish(n int) error {
	_, err := fmt.Fprintf(s.to, "p %d\n", n)
	return err
}

// cpu is the time the server has had of a processor.
func (s *process) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // a tick is 10 ms everywhere Go runs on Linux
}

func (s *process) stop() {
	s.to.Close()
	done := make(chan struct{})
	go func() {
		_ = s.cmd.Wait() // its state is nobody's business
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		_ = s.cmd.Process.Kill()
		<-done
	}
}

// run measures one server.
func (p plan) run(peer string) (r result, err error) {
	s, err := start(peer, p)
	if err != nil {
		return r, err
	}
	defer s.stop()
	pin(1)
	before, err := s.memory()
	if err != nil {
		return r, err
	}
	l, err := connect(peer, s.port, p)
	if err != nil {
		return r, err
	}
	defer l.close()
	after, err := s.memory()
	if err != nil {
		return r, err
	}
	r.memory = (after - before) / 1024 / float64(p.clients)
	if _, err = p.closed(s, l, p.last/4); err != nil { // to warm up
		return r, err
	}
	if r.full, err = p.closed(s, l, p.last); err != nil {
		return r, err
	}
	r.quiet, err = p.open(s, l)
	r.gone, r.why = l.gone, l.why
	return r, err
}

// closed keeps a window of messages under way.
func (p plan) closed(s *process, l *load, last time.Duration) (figures, error) {
	granted, given, received, since := 0, 0, int64(0), time.Now()
	return p.measure(s, l, last, func(time.Duration) (int, error) {
		if l.received != received {
			received, since = l.received, time.Now()
		}
		if time.Since(since) > silence { // what is under way will not come
			given, since = granted-int(float64(l.received)/p.fan()), time.Now()
		}
		under := granted - given - int(float64(l.received)/p.fan())
		if under > p.window/2 {
			return granted, nil
		}
		granted += p.window - under
		return granted, s.publish(p.window - under)
	})
}

// open publishes at a rate of its own.
func (p plan) open(s *process, l *load) (figures, error) {
	granted := 0
	return p.measure(s, l, p.last, func(passed time.Duration) (int, error) {
		due := int(passed.Seconds() * float64(p.rate))
		n := due - granted
		if n <= 0 {
			return granted, nil
		}
		granted = due
		return granted, s.publish(n)
	})
}

const (
	// patience is how long messages may be on their way at the end.
	patience = 20 * time.Second
	// silence is after how long without a message those under way count as lost.
	silence = 2 * time.Second
)

// measure reads while messages are published, and then until all have come.
func (p plan) measure(s *process, l *load, last time.Duration, publish func(passed time.Duration) (int, error)) (f figures, err error) {
	l.reset()
	cpu, began, granted := s.cpu(), time.Now(), 0
	for time.Since(began) < last {
		if granted, err = publish(time.Since(began)); err != nil {
			return f, err
		}
		if err := l.turn(time.Millisecond); err != nil {
			return f, err
		}
	}
	want := int64(float64(granted) * p.fan())
	received, heard := l.received, time.Now()
	for end := heard.Add(patience); l.received < want && time.Now().Before(end) && time.Since(heard) < silence; {
		if err := l.turn(time.Millisecond); err != nil {
			return f, err
		}
		if l.received != received {
			received, heard = l.received, time.Now()
		}
	}
	took := max(heard.Sub(began), last)
	f.rate = float64(l.received) / took.Seconds()
	f.lost = l.missed + want - l.received
	f.p50, f.p99 = l.percentile(0.50), l.percentile(0.99)
	f.cpu = float64((s.cpu() - cpu).Microseconds()) / float64(max(1, l.received))
	return f, nil
}
