package storetest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy is a network between a server and those who use it: it can be slow, and
// it can be cut.
type Proxy struct {
	to     string
	listen net.Listener
	work   sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // guarded by mu, as all below
	delay time.Duration
	open  chan struct{} // closed while bytes pass
	ended bool
}

// StartProxy forwards connections to an address for the length of the test.
func StartProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{to: to, listen: l, conns: map[net.Conn]bool{}, open: make(chan struct{})}
	close(p.open)
	p.work.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

// URL is the address of a Redis behind the proxy.
func (p *Proxy) URL() string { return "redis://" + p.listen.Addr().String() }

// Delay holds back what comes from now on, both ways. Where an end gives its
// connection up meanwhile, what it had sent is lost.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Cut lets nothing through any more: connections stay open and are silent, as
// those of a cable that was pulled.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = make(chan struct{})
}

// Heal ends a Cut. What was sent meanwhile arrives.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.open)
}

func (p *Proxy) accept() {
	for {
		near, err := p.listen.Accept()
		if err != nil {
			return
		}
		far, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.to)
		if err != nil {
			near.Close()
			continue
		}
		if !p.keep(near, far) {
			return
		}
		p.work.Go(func() { p.pass(near, far) })
		p.work.Go(func() { p.pass(far, near) })
	}
}

// keep remembers connections, or closes them where the proxy has ended.
func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = true
		if p.ended {
			c.Close()
		}
	}
	return !p.ended
}

// piece is bytes on their way, and when they arrive.
type piece struct {
	bytes []byte
	due   time.Time
}

// pass forwards bytes until either end closes.
func (p *Proxy) pass(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	way, gone, over := make(chan piece), make(chan struct{}), make(chan struct{})
	defer close(over)
	p.work.Go(func() { p.read(from, way, gone, over) })
	var waiting []piece
	for {
		var first <-chan time.Time
		if len(waiting) > 0 {
			first = time.After(time.Until(waiting[0].due))
		}
		select {
		case one := <-way:
			waiting = append(waiting, one)
			continue
		case <-gone:
			return
		case <-first:
		}
		p.mu.Lock()
		open := p.open
		p.mu.Unlock()
		<-open
		if _, err := to.Write(waiting[0].bytes); err != nil {
			return
		}
		waiting = waiting[1:]
	}
}

// read reads what an end sends until it is gone, or all is over.
func (p *Proxy) read(from net.Conn, way chan<- piece, gone chan<- struct{}, over <-chan struct{}) {
	defer close(gone)
	for {
		buffer := make([]byte, 16<<10)
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		delay := p.delay
		p.mu.Unlock()
		select {
		case way <- piece{buffer[:n], time.Now().Add(delay)}:
		case <-over:
			return
		}
	}
}

func (p *Proxy) stop() {
	p.listen.Close()
	p.mu.Lock()
	p.ended = true
	for c := range p.conns {
		c.Close()
	}
	select {
	case <-p.open:
	default:
		close(p.open)
	}
	p.mu.Unlock()
	p.work.Wait()
}
