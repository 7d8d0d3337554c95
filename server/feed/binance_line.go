package feed

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/quantum-signals/quantum/server"
)

const (
	// dialTries is how many tries to connect in a row may fail before the series of a
	// line are told the last one's error, so that their callers go on by history.
	dialTries = 5
	// longestPause is the longest wait between two tries to connect.
	longestPause = 30 * time.Second
)

// line is a connection that many series share, and the ones that follow it when
// it breaks or grows old. It is there for as long as a series is on it; feed.mu
// guards what is below the line.
type line struct {
	feed  *Binance
	stop  context.CancelFunc
	ended chan struct{} // closed when run has returned

	series map[string][]*listener // by stream
	open   map[*socket]bool
}

// listener is one run of Live on a line.
type listener struct {
	line   *line
	stream string
	box    *mailbox
	cut    chan error // has room for one: why the line has ended
}

// join puts a series on the first line with room, or on a new one.
func (b *Binance) join(s server.Series) *listener {
	b.mu.Lock()
	defer b.mu.Unlock()
	on := &listener{stream: streamOf(s), box: newMailbox(), cut: make(chan error, 1)}
	at := slices.IndexFunc(b.lines, func(l *line) bool { return len(l.series) < b.options.Streams || l.series[on.stream] != nil })
	if at < 0 {
		ctx, stop := context.WithCancel(context.Background())
		l := &line{feed: b, stop: stop, ended: make(chan struct{}), series: map[string][]*listener{}, open: map[*socket]bool{}}
		at, b.lines = len(b.lines), append(b.lines, l)
		go l.run(ctx)
	}
	l := b.lines[at]
	on.line = l
	l.series[on.stream] = append(l.series[on.stream], on)
	for k := range l.open {
		if _, asked := k.heard[on.stream]; asked { // nobody will answer that it is
			on.box.begin()
		}
	}
	l.changed()
	return on
}

// leave takes a series off its line. The line's last one waits for its end.
func (b *Binance) leave(on *listener) {
	l := on.line
	b.mu.Lock()
	others := slices.DeleteFunc(l.series[on.stream], func(other *listener) bool { return other == on })
	if l.series[on.stream] = others; len(others) == 0 {
		delete(l.series, on.stream)
	}
	last := len(l.series) == 0
	if last {
		l.remove()
		l.stop()
	}
	l.changed()
	b.mu.Unlock()
	if last {
		<-l.ended
	}
}

// remove has nobody join any more. feed.mu is held.
func (l *line) remove() {
	l.feed.lines = slices.DeleteFunc(l.feed.lines, func(other *line) bool { return other == l })
}

// changed tells the sockets that other streams are wanted now. feed.mu is held.
func (l *line) changed() {
	for k := range l.open {
		k.look()
	}
}

// begin tells the series of streams that a connection has begun for them.
func (l *line) begin(streams []string) {
	l.feed.mu.Lock()
	defer l.feed.mu.Unlock()
	for _, name := range streams {
		for _, on := range l.series[name] {
			on.box.begin()
		}
	}
}

// wanted lists the streams of the line.
func (l *line) wanted() []string {
	l.feed.mu.Lock()
	defer l.feed.mu.Unlock()
	names := make([]string, 0, len(l.series))
	for name := range l.series {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// run keeps a connection until nobody is on the line or none can be made, which
// those on it are told.
func (l *line) run(ctx context.Context) {
	defer close(l.ended)
	err := l.connect(ctx)
	l.feed.mu.Lock()
	defer l.feed.mu.Unlock()
	l.remove()
	for _, all := range l.series {
		for _, on := range all {
			on.cut <- err
		}
	}
}

func (l *line) connect(ctx context.Context) error {
	for failed := 0; ; {
		k, err := l.dial(ctx)
		if err == nil {
			var lived bool
			if lived, err = l.keep(ctx, k); lived {
				failed = 0
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if failed++; failed == dialTries {
			return err
		}
		pause := rand.N(min(l.feed.options.Pause<<(failed-1), longestPause)) + 1
		l.feed.options.Log.Warn("connection is made anew", "series", len(l.wanted()), "err", err, "in", pause)
		if err := rest(ctx, pause); err != nil {
			return err
		}
	}
}

// keep holds a connection, and the ones that relieve it, until one breaks. It
// reports whether any brought a bar.
func (l *line) keep(ctx context.Context, k *socket) (lived bool, err error) {
	defer func() { k.close() }()
	log := l.feed.options.Log
	l.begin(k.asks)
	relief := time.NewTimer(l.feed.life())
	defer relief.Stop()
	for {
		select {
		case <-ctx.Done():
			return lived, ctx.Err()
		case <-k.ended:
			if k.garbage > 0 {
				log.Warn("frames were left out that are no kline", "frames", k.garbage)
			}
			return lived || isClosed(k.first), ended(k.err)
		case <-relief.C:
			next, err := l.relieve(ctx, k)
			if err != nil {
				log.Warn("connection cannot be relieved yet", "err", err)
				relief.Reset(longestPause)
				continue
			}
			k.close()
			lived = lived || isClosed(k.first)
			k = next
			l.begin(k.asks)
			relief.Reset(l.feed.life())
		}
	}
}

// ended is why a connection ended.
func ended(err error) error {
	if err == nil {
		return errors.New("the connection was closed")
	}
	return fmt.Errorf("connection: %w", err)
}

// life is how long a connection is kept: up to a tenth below Life, so that not
// all are relieved at once.
func (b *Binance) life() time.Duration { return b.options.Life - rand.N(b.options.Life/10+1) }

// relieve makes the connection that follows k. Both are read until the new one
// brings bars, or k has ended.
func (l *line) relieve(ctx context.Context, k *socket) (*socket, error) {
	next, err := l.dial(ctx)
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(l.feed.options.Overlap)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-next.first:
	case <-k.ended:
	case <-next.ended:
		return nil, ended(next.err)
	}
	return next, nil
}
