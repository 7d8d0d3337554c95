package chaostest

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Proxy stands between a client and a server on a unix socket, and can fail as
// networks do. It ends with the test. Safe for concurrent use.
type Proxy struct {
	socket, server string
	listener       net.Listener

	mu    sync.Mutex
	pass  *sync.Cond          // guarded by mu
	held  [2]bool             // guarded by mu: nothing goes through, to the server and from it
	kept  map[net.Conn][]byte // guarded by mu: what each connection has sent that is held
	conns map[net.Conn]bool   // guarded by mu
	waits sync.WaitGroup
}

// NewProxy starts a proxy to the unix socket of a server.
func NewProxy(t testing.TB, server string) *Proxy {
	t.Helper()
	dir, err := os.MkdirTemp("", "p")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{socket: filepath.Join(dir, "s"), server: server, conns: map[net.Conn]bool{}, kept: map[net.Conn][]byte{}}
	p.pass = sync.NewCond(&p.mu)
	var c net.ListenConfig
	if p.listener, err = c.Listen(context.WithoutCancel(t.Context()), "unix", p.socket); err != nil {
		t.Fatal(err)
	}
	p.waits.Go(p.accept)
	t.Cleanup(func() {
		p.listener.Close()
		p.Cut()
		p.Hold(false)
		p.waits.Wait()
		os.RemoveAll(dir)
	})
	return p
}

// URL is the proxy's address.
func (p *Proxy) URL() string { return (&url.URL{Scheme: "unix", Path: p.socket}).String() }

// Hold keeps everything back, both ways, as a network that has parted without a
// word; what was kept goes through when it ends.
func (p *Proxy) Hold(on bool) { p.hold(on, on) }

// Delay keeps back what goes to the server; its answers come through.
func (p *Proxy) Delay(on bool) { p.hold(on, false) }

func (p *Proxy) hold(to, from bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = [2]bool{to, from}
	p.pass.Broadcast()
}

// Keeps reports whether something that is kept back has these words.
func (p *Proxy) Keeps(words string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, sent := range p.kept {
		if bytes.Contains(sent, []byte(words)) {
			return true
		}
	}
	return false
}

// Cut breaks all connections. What was kept back is lost.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		var d net.Dialer
		server, err := d.Dial("unix", p.server)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		p.waits.Go(func() { p.copy(server, client, 0) })
		p.waits.Go(func() { p.copy(client, server, 1) })
	}
}

func (p *Proxy) copy(to, from net.Conn, direction int) {
	defer func() {
		to.Close()
		from.Close()
		p.mu.Lock()
		delete(p.conns, from)
		p.mu.Unlock()
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		p.kept[from] = buffer[:n]
		for p.held[direction] {
			p.pass.Wait()
		}
		delete(p.kept, from)
		p.mu.Unlock()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil { // either end has gone
			return
		}
	}
}
