package feed

import (
	"cmp"
	"context"
	"slices"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// Live gives closed bars that open after a time, and forming ones, from a
// connection it shares with other series, which is made anew as often as it
// breaks or falls silent, and relieved before it is a day old.
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
	on := b.join(s)
	defer b.leave(on)
	return newDelivery(b, s, after, emit).run(ctx, on)
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
	formed told          // the last forming bar given
}

func newDelivery(b *Binance, s server.Series, after int64, emit func(server.Bar) error) *delivery {
	return &delivery{feed: b, series: s, emit: emit, last: after}
}

// run gives what comes until something ends.
func (d *delivery) run(ctx context.Context, on *listener) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-on.cut:
			return err
		case <-on.box.ready:
		}
		if err := d.deliver(ctx, on.box.take()); err != nil {
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
	for _, bar := range m.closed {
		if bar.OpenTime < d.last { // late: history has the word on what is past
			continue
		}
		if err := d.closed(bar); err != nil {
			return err
		}
	}
	if m.forming == nil {
		return nil
	}
	return d.forming(ctx, *m.forming)
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
func (d *delivery) forming(ctx context.Context, t told) error {
	open := t.bar.OpenTime
	if open > d.last+int64(d.series.Interval) && open != d.asked {
		d.asked = open
		if err := d.catchUp(ctx); err != nil {
			return err
		}
	}
	if open <= d.last || !t.newer(d.formed) {
		return nil
	}
	d.formed = t
	return d.emit(server.Bar{Series: d.series, Candle: t.bar})
}
