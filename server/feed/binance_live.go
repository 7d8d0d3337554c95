package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// dialTries is how many tries to connect in a row may fail before Live ends with
// the last one's error, so that its caller goes on by history.
const dialTries = 5

// longestPause is the longest wait between two tries to connect.
const longestPause = 30 * time.Second

// Live gives closed bars that open after a time, and forming ones, over a
// connection that is made anew as often as it breaks or falls silent, and
// relieved before it is a day old.
//
// Each time one is made, history is read again from the newest bars on: what was
// missed is given before what comes live, and each bar once. A bar whose close
// never came is taken from history when a later one forms. A bar is given again
// only if the exchange revised it: the last one as told live, the newest as
// history has them. At the first connection it is not known what the caller has
// of those, so all of them are given.
//
// Live ends when ctx ends, emit or history gives an error, or the exchange
// cannot be reached in dialTries tries.
func (b *Binance) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	if err := b.Check(s); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	box, ended := newMailbox(), make(chan struct{})
	go func() {
		defer close(ended)
		cancel(b.connect(ctx, s, box))
	}()
	err := newDelivery(b, s, after, emit).run(ctx, box)
	cancel(err)
	<-ended
	return err
}

// connect keeps a connection until ctx ends or none can be made.
func (b *Binance) connect(ctx context.Context, s server.Series, box *mailbox) error {
	log := b.options.Log.With("series", s.String())
	for failed := 0; ; {
		k, err := b.dial(ctx, s, box)
		if err == nil {
			box.begin()
			var lived bool
			if lived, err = b.keep(ctx, k, log); lived {
				failed = 0
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if failed++; failed == dialTries {
			return err
		}
		pause := rand.N(min(b.options.Pause<<(failed-1), longestPause)) + 1
		log.Warn("connection is made anew", "err", err, "in", pause)
		if err := rest(ctx, pause); err != nil {
			return err
		}
	}
}

// keep holds a connection, and the ones that relieve it, until one breaks. It
// reports whether any brought a bar.
func (b *Binance) keep(ctx context.Context, k *socket, log *slog.Logger) (lived bool, err error) {
	defer func() { k.close() }()
	relief := time.NewTimer(b.life())
	defer relief.Stop()
	for {
		select {
		case <-ctx.Done():
			return lived, ctx.Err()
		case <-k.ended:
			if k.garbage > 0 {
				log.Warn("frames were left out that are no kline of the series", "frames", k.garbage)
			}
			return lived || isClosed(k.first), ended(k.err)
		case <-relief.C:
			next, err := b.relieve(ctx, k)
			if err != nil {
				log.Warn("connection cannot be relieved yet", "err", err)
				relief.Reset(longestPause)
				continue
			}
			k.close()
			lived = lived || isClosed(k.first)
			k = next
			k.box.begin()
			relief.Reset(b.life())
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
func (b *Binance) relieve(ctx context.Context, k *socket) (*socket, error) {
	next, err := b.dial(ctx, k.series, k.box)
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(b.options.Overlap)
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

// again is how many of the newest bars history is asked for once more at each
// connection: exchanges that revise a closed bar do so within minutes.
const again = 5

// delivery gives mail to the caller of Live: each bar once, in order. One
// goroutine owns it.
type delivery struct {
	feed   *Binance
	series server.Series
	emit   func(server.Bar) error
	last   int64         // open time of the last closed bar given, or that the caller had
	given  []core.Candle // the newest closed bars given, oldest first, at most again
	asked  int64         // open time of the forming bar for which history was asked
	formed server.Bar    // the last forming bar given
	sent   int64         // when the exchange sent it
}

func newDelivery(b *Binance, s server.Series, after int64, emit func(server.Bar) error) *delivery {
	return &delivery{feed: b, series: s, emit: emit, last: after}
}

// run gives what comes until something ends.
func (d *delivery) run(ctx context.Context, box *mailbox) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-box.ready:
		}
		if err := d.deliver(ctx, box.take()); err != nil {
			return err
		}
	}
}

func (d *delivery) deliver(ctx context.Context, m mail) error {
	if m.anew {
		if err := d.catchUp(ctx); err != nil {
			return err
		}
	}
	for _, b := range m.closed {
		if b.Candle.OpenTime < d.last { // late: history has the word on what is past
			continue
		}
		if err := d.closed(b.Candle); err != nil {
			return err
		}
	}
	if m.forming == nil {
		return nil
	}
	return d.forming(ctx, *m.forming, m.sent)
}

// catchUp gives what history has behind the last bar, and of the newest before
// that what was revised.
func (d *delivery) catchUp(ctx context.Context) error {
	return d.feed.History(ctx, d.series, d.last-again*int64(d.series.Interval), d.closed)
}

// closed gives a closed bar, unless it was given as it is.
func (d *delivery) closed(bar core.Candle) error {
	at, given := slices.BinarySearchFunc(d.given, bar, func(a, b core.Candle) int { return cmp.Compare(a.OpenTime, b.OpenTime) })
	switch {
	case given && d.given[at] == bar:
		return nil
	case given:
		d.given[at] = bar
	default:
		d.given = slices.Insert(d.given, at, bar)
		d.given = d.given[max(0, len(d.given)-again):]
	}
	d.last = max(d.last, bar.OpenTime)
	return d.emit(server.Bar{Series: d.series, Candle: bar, Closed: true})
}

// forming gives a forming bar unless a later state was given. Where a bar before
// it never closed, history is asked first, once.
func (d *delivery) forming(ctx context.Context, b server.Bar, sent int64) error {
	open := b.Candle.OpenTime
	if open > d.last+int64(d.series.Interval) && open != d.asked {
		d.asked = open
		if err := d.catchUp(ctx); err != nil {
			return err
		}
	}
	if open <= d.last || !newer(b, sent, d.formed, d.sent) {
		return nil
	}
	d.formed, d.sent = b, sent
	return d.emit(b)
}
