package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/olahol/melody"

	"github.com/quantum-signals/quantum/server/hub"
)

func channelName(i int) string { return "signals:bench:S" + strconv.Itoa(i) + ":1m" }

// body is an event as the hub carries it, with the moment it was published in
// front.
func body() []byte {
	b := strconv.AppendInt([]byte(`{"at":`), time.Now().UnixNano(), 10)
	return append(b, `,"id":"e_mI1dTUKq3F0TzWvWJ3p0xQ","kind":"cipher.wt_bull_div","side":"bull","open_time":1700000400000,"known_at":1700000460000,"price":43251.37,"data":{"pivots":[{"open_time":1699999800000,"level":-61.25713,"price":43190.5},{"open_time":1700000280000,"level":-48.04113,"price":43102.25}]}}`...)
}

// messages are what is published: number seq of a channel.
type messages struct {
	channels int
	next     int
	seqs     []int
}

func (m *messages) take() (channel, seq int) {
	channel = m.next
	m.next = (m.next + 1) % m.channels
	m.seqs[channel]++
	return channel, m.seqs[channel]
}

// serve is the server's process: it publishes and tells what it holds, as asked
// on standard input.
func serve(peer string, channels int, profile string) {
	pin(0)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fatal(err)
	}
	m := &messages{channels: channels, seqs: make([]int, channels)}
	handler, publish := map[string]func(*messages) (http.Handler, func()){"hub": ours, "melody": plain, "centrifuge": other}[peer](m)
	go func() { fatal(http.Serve(listener, handler)) }()
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		op, count, _ := strings.Cut(lines.Text(), " ")
		switch op {
		case "m":
			fmt.Println(held())
		case "p":
			n, err := strconv.Atoi(count)
			if err != nil {
				fatal(err)
			}
			for range n {
				publish()
			}
		}
	}
}

// held is the memory of the process after a collection.
func held() int {
	runtime.GC()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		fatal(err)
	}
	return pages * os.Getpagesize()
}

// ours is the hub, as the origin runs it.
func ours(m *messages) (http.Handler, func()) {
	l := newLog(m)
	h := hub.New(l, hub.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Behind: 1 << 40})
	go func() { _ = h.Run(context.Background()) }()
	return h, func() { h.Publish(l.add()) }
}

// plain is Melody as its README has it: Broadcast, or BroadcastFilter where
// sessions listen to some of many channels.
func plain(m *messages) (http.Handler, func()) {
	s := melody.New()
	s.Config.MessageBufferSize = 4096 // the default of 256 drops without a word
	s.HandleMessage(func(session *melody.Session, text []byte) { session.Set(string(text), true) })
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = s.HandleRequest(w, r) // it has been answered
	})
	return handler, func() {
		channel, seq := m.take()
		text := fmt.Appendf(nil, `{"t":"event","ch":"%s","epoch":"bench","seq":%d,"ts":{"bar_close":1700000460000,"committed":1700000460000,"sent":1700000460000},`, channelName(channel), seq)
		text = append(text, body()[1:]...)
		var err error
		if m.channels == 1 {
			err = s.Broadcast(text)
		} else {
			key := strconv.Itoa(channel)
			err = s.BroadcastFilter(text, func(session *melody.Session) bool {
				_, ok := session.Get(key)
				return ok
			})
		}
		if err != nil {
			fatal(err)
		}
	}
}

// other is centrifuge with its defaults, over JSON, without history.
func other(m *messages) (http.Handler, func()) {
	node, err := centrifuge.New(centrifuge.Config{ClientQueueMaxSize: 64 << 20})
	if err != nil {
		fatal(err)
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: "u"}}, nil
	})
	node.OnConnect(func(c *centrifuge.Client) {
		c.OnSubscribe(func(_ centrifuge.SubscribeEvent, done centrifuge.SubscribeCallback) {
			done(centrifuge.SubscribeReply{}, nil)
		})
	})
	if err := node.Run(); err != nil {
		fatal(err)
	}
	handler := centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{WriteTimeout: 10 * time.Second})
	return handler, func() {
		channel, seq := m.take()
		data := append(fmt.Appendf(nil, `{"t":"event","seq":%d,"ts":{"bar_close":1700000460000,"committed":1700000460000,"sent":1700000460000},`, seq), body()[1:]...)
		if _, err := node.Publish(channelName(channel), data); err != nil {
			fatal(err)
		}
	}
}

var _ hub.Log = (*memory)(nil)
