package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// memory keeps what was published, in place of Redis: what is measured is how
// messages get from the hub to clients.
type memory struct {
	m      *messages
	series []server.Series

	mu   sync.Mutex
	kept map[string][]server.Entry // guarded by mu
}

func newLog(m *messages) *memory {
	l := &memory{m: m, kept: map[string][]server.Entry{}}
	for i := range m.channels {
		_, name, _ := strings.Cut(channelName(i), ":")
		series, err := server.ParseSeries(name)
		if err != nil {
			fatal(err)
		}
		l.series = append(l.series, series)
	}
	return l
}

// keep bounds the memory: no client gets that far behind.
const keep = 1 << 14

func (l *memory) add() server.Entry {
	channel, seq := l.m.take()
	now := time.Now()
	e := server.Entry{
		Channel: channelName(channel), Type: "event", Seq: int64(seq), ID: fmt.Sprintf("e_%d", seq), At: now, Body: body(),
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := append(l.kept[e.Channel], e)
	if len(kept) >= 2*keep {
		kept = append(kept[:0], kept[keep:]...)
	}
	l.kept[e.Channel] = kept
	return e
}

func (l *memory) Epoch() string { return "bench" }

func (l *memory) Watched(context.Context) ([]server.Watched, error) {
	list := make([]server.Watched, len(l.series))
	for i, s := range l.series {
		list[i].Series = s
	}
	return list, nil
}

func (l *memory) Markets(context.Context) ([]server.MarketStatus, error) { return nil, nil }

func (l *memory) Heads(_ context.Context, series ...server.Series) ([]server.Heads, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	heads := make([]server.Heads, len(series))
	for i, s := range series {
		if kept := l.kept[server.SignalsChannel(s)]; len(kept) > 0 {
			heads[i].Signals = kept[len(kept)-1].Seq
		}
	}
	return heads, nil
}

func (l *memory) Replay(_ context.Context, channel string, from int64, limit int) ([]server.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.kept[channel]
	if len(kept) == 0 {
		return nil, nil
	}
	i := int(max(0, from-kept[0].Seq))
	if i >= len(kept) {
		return nil, nil
	}
	return append([]server.Entry(nil), kept[i:min(len(kept), i+limit)]...), nil
}
