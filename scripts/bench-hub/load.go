package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// load is all clients of a run, read by one thread.
type load struct {
	epoll    int
	conns    map[int]*conn
	events   []unix.EpollEvent
	buffer   []byte
	received int64 // messages
	missed   int64 // numbers left out, or told twice
	times    []int64
	gone     int   // clients let go
	why      error // the first was
}

// conn is one client.
type conn struct {
	fd      int
	rest    []byte // of a frame not whole yet
	last    []place
	sampled bool // its messages are timed
}

// place is the last number of a channel.
type place struct {
	channel, seq int
}

const (
	sampleEvery = 16
	readSize    = 1 << 20
)

func connect(peer string, port int, p plan) (*load, error) {
	epoll, err := unix.EpollCreate1(0)
	if err != nil {
		return nil, err
	}
	l := &load{epoll: epoll, conns: map[int]*conn{}, events: make([]unix.EpollEvent, 1024), buffer: make([]byte, readSize)}
	for i := range p.clients {
		c, err := dial(peer, port, i, p)
		if err != nil {
			return nil, fmt.Errorf("client %d: %w", i, err)
		}
		if i%sampleEvery == 0 { // those connected already are pinged
			if err := l.turn(0); err != nil {
				return nil, err
			}
		}
		c.sampled = i%sampleEvery == 0
		l.conns[c.fd] = c
		if err := errors.Join(unix.SetNonblock(c.fd, true), unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, c.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(c.fd)})); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *load) close() {
	for fd := range l.conns {
		_ = unix.Close(fd) // the server ends next
	}
	_ = unix.Close(l.epoll)
}

func (l *load) reset() {
	l.received, l.missed = 0, 0
	l.times = l.times[:0]
}

// turn reads what there is, waiting a while where there is nothing.
func (l *load) turn(wait time.Duration) error {
	n, err := unix.EpollWait(l.epoll, l.events, int(wait.Milliseconds()))
	if errors.Is(err, unix.EINTR) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range l.events[:n] {
		c := l.conns[int(e.Fd)]
		copy(l.buffer, c.rest)
		n, err := unix.Read(c.fd, l.buffer[len(c.rest):])
		switch {
		case errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR):
			continue
		case err == nil && n == 0:
			err = errors.New("the connection ended")
		case err == nil:
			err = l.take(c, l.buffer[:len(c.rest)+n])
		}
		if err != nil {
			l.lose(c, err)
		}
	}
	return nil
}

// lose goes on without a client the server let go: what it has not had counts
// as lost.
func (l *load) lose(c *conn, err error) {
	if l.gone == 0 {
		l.why = err
	}
	l.gone++
	delete(l.conns, c.fd)
	_ = unix.Close(c.fd) // which ends its events too
}

// take goes through whole frames.
func (l *load) take(c *conn, b []byte) error {
	now := time.Now().UnixNano()
	for {
		code, payload, rest, ok := frame(b)
		if !ok {
			break
		}
		b = rest
		switch code {
		case 1:
			if string(payload) == "{}" { // a ping of centrifuge
				if err := c.send(1, []byte("{}")); err != nil {
					return err
				}
				continue
			}
			for line := range bytes.SplitSeq(payload, []byte{'\n'}) {
				l.message(c, line, now)
			}
		case 8:
			return fmt.Errorf("a client was let go: %q", payload)
		case 9:
			if err := c.send(10, nil); err != nil {
				return err
			}
		}
	}
	c.rest = append(c.rest[:0], b...)
	return nil
}

// message counts one object, if it is a message of a channel, and holds its
// number against the last.
func (l *load) message(c *conn, line []byte, now int64) {
	at := number(line, `"at":`)
	if at == 0 {
		return
	}
	channel, seq := number(line, `bench:S`), number(line, `"seq":`)
	l.received++
	for i := range c.last {
		if p := &c.last[i]; p.channel == channel {
			if p.seq != 0 && seq != p.seq+1 {
				l.missed++
			}
			p.seq = seq
		}
	}
	if c.sampled {
		l.times = append(l.times, now-int64(at))
	}
}

// number reads the digits behind a mark, 0 where it is not there.
func number(line []byte, mark string) int {
	i := bytes.Index(line, []byte(mark))
	if i < 0 {
		return 0
	}
	n := 0
	for _, d := range line[i+len(mark):] {
		if d < '0' || d > '9' {
			break
		}
		n = 10*n + int(d-'0')
	}
	return n
}

func (l *load) percentile(p float64) float64 {
	if len(l.times) == 0 {
		return 0
	}
	slices.Sort(l.times)
	return float64(l.times[int(p*float64(len(l.times)-1))]) / 1e6
}

// frame takes the first whole frame of a server.
func frame(b []byte) (code byte, payload, rest []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, b, false
	}
	size, head := int(b[1]&127), 2
	switch size {
	case 126:
		if len(b) < 4 {
			return 0, nil, b, false
		}
		size, head = int(binary.BigEndian.Uint16(b[2:])), 4
	case 127:
		if len(b) < 10 {
			return 0, nil, b, false
		}
		size, head = int(binary.BigEndian.Uint64(b[2:])), 10
	}
	if len(b) < head+size {
		return 0, nil, b, false
	}
	return b[0] & 15, b[head : head+size], b[head+size:], true
}

// send sends a frame of less than 64 KiB, masked with zeros.
func (c *conn) send(code byte, payload []byte) error {
	b := []byte{128 | code}
	if len(payload) < 126 {
		b = append(b, 128|byte(len(payload)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 128|126), uint16(len(payload)))
	}
	b = append(append(b, 0, 0, 0, 0), payload...)
	_, err := unix.Write(c.fd, b)
	return err
}

// dial connects a client and asks for its channels.
func dial(peer string, port, i int, p plan) (*conn, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	c := &conn{fd: fd}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return nil, err
	}
	request := "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + strconv.Itoa(port) + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	if _, err := unix.Write(fd, []byte(request)); err != nil {
		return nil, err
	}
	if err := c.await([]byte("\r\n\r\n")); err != nil {
		return nil, err
	}
	for k := range p.each {
		c.last = append(c.last, place{channel: (i*p.each + k) % p.channels})
	}
	return c, c.ask(peer)
}

// ask subscribes to the client's channels and waits for the last answer.
func (c *conn) ask(peer string) error {
	switch peer {
	case "hub":
		text := []byte(`{"op":"hello"}`)
		if err := c.send(1, text); err != nil {
			return err
		}
		for i, p := range c.last {
			if err := c.send(1, fmt.Appendf(nil, `{"op":"sub","id":"%d","ch":"%s"}`, i, channelName(p.channel))); err != nil {
				return err
			}
		}
		return c.await(fmt.Appendf(nil, `{"t":"ok","id":"%d"`, len(c.last)-1))
	case "centrifuge":
		text := []byte(`{"id":1,"connect":{}}`)
		for i, p := range c.last {
			text = fmt.Appendf(text, "\n"+`{"id":%d,"subscribe":{"channel":"%s"}}`, i+2, channelName(p.channel))
		}
		if err := c.send(1, text); err != nil {
			return err
		}
		return c.await(fmt.Appendf(nil, `{"id":%d,`, len(c.last)+1))
	}
	for _, p := range c.last {
		if err := c.send(1, strconv.AppendInt(nil, int64(p.channel), 10)); err != nil {
			return err
		}
	}
	return nil
}

// await reads until some text has come. Nothing of what is measured comes with
// it.
func (c *conn) await(text []byte) error {
	var got []byte
	b := make([]byte, 4096)
	for !bytes.Contains(got, text) {
		n, err := unix.Read(c.fd, b)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("the server left after %q", got)
		}
		got = append(got, b[:n]...)
	}
	return nil
}
