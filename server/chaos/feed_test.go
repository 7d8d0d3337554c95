package chaos

import (
	"slices"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestCutFeeds is F4: connections break, the exchange is away or silent for part
// of a bar, for ten minutes or for hours of its own time.
func TestCutFeeds(t *testing.T) {
	t.Parallel()
	unbroken(t)
	w := newWorld(t, history)
	rounds := cutFeeds(w, chaostest.Rounds(t, 1))
	w.clean("F4 feed cut", rounds)
}

func cutFeeds(w *world, times int) (rounds int) {
	w.start(order{Owner: "m"})
	for source, e := range w.exchanges {
		for range times {
			for _, away := range []int{0, 1, 10, 100} { // bars
				w.caughtUp(source)
				e.Play(3)
				w.caughtUp(source)
				w.cut(source, e, away)
				rounds++
			}
		}
	}
	w.play(0)
	w.finish()
	return rounds
}

// cut breaks the feed of a source while the exchange closes bars.
func (w *world) cut(source string, e *exchangetest.Exchange, away int) {
	w.t.Helper()
	before := e.Connections()
	away = min(away, bars-20-e.Played())
	closes := func() {
		for range away {
			e.Advance()
		}
	}
	known := func() {
		storetest.Eventually(w.t, limit, "the gap is known", func() bool { return w.state(source) != server.Live })
	}
	switch w.random.IntN(4) {
	case 0: // the connection breaks
		e.Cut()
		closes()
	case 1: // the exchange ends it
		e.EndDay()
		closes()
	case 2: // everything is away
		e.Down(true)
		closes()
		known()
		e.Down(false)
	case 3: // nothing is said any more
		e.Silence(true)
		closes()
		known()
		e.Silence(false)
	}
	storetest.Eventually(w.t, limit, "the feed connects again", func() bool { return e.Connections() > before })
}

// TestWrongBars is F19: bars come twice, late, out of order, revised, broken or
// never.
func TestWrongBars(t *testing.T) {
	t.Parallel()
	unbroken(t)
	w := newWorld(t, history)
	p, wrongs := wrongBars(w, chaostest.Rounds(t, 1))
	w.clean("F19 wrong bars", wrongs)
	told := w.revisions()
	slices.Sort(told)
	if once := slices.Compact(slices.Clone(told)); len(told) == 0 || len(once) != len(told) {
		t.Errorf("revised bars are told as %v, want each once", told)
	}
	for _, one := range told {
		if !slices.Contains(w.revised, one) {
			t.Errorf("%s is told and was not revised", one)
		}
	}
	missed := slices.DeleteFunc(slices.Clone(w.newest), func(one string) bool { return slices.Contains(told, one) })
	if len(missed) > len(w.newest)/4 { // a feed that begins anew takes the newest bar as it is then
		t.Errorf("of %d bars revised as the newest these are not told: %v", len(w.newest), missed)
	}
	t.Logf("%d revised bars are told", len(told))
	if s := p.stats.Load(); s.Late == 0 || s.Restarts > 0 {
		t.Errorf("the monitor counts %+v, want late bars and no new beginning", *s)
	}
}

func wrongBars(w *world, times int) (p *process, wrongs int) {
	p = w.start(order{Owner: "m"})
	for range times {
		for source, e := range w.exchanges {
			w.caughtUp(source)
			storetest.Eventually(w.t, limit, "the feed connects", func() bool { return e.Open() == 1 })
			for range (bars - history) / times / 5 {
				if e.Played() < bars-5 {
					w.wrong(source, e)
					wrongs++
				}
			}
		}
	}
	w.play(0)
	w.finish()
	return p, wrongs
}

// wrong has an exchange do something wrong, then something right.
func (w *world) wrong(source string, e *exchangetest.Exchange) {
	c := w.candles[source]
	switch w.random.IntN(7) {
	case 0:
		k := e.Advance()
		e.Tell(k)
		e.Tell(k)
	case 1:
		e.Tell(c.At(w.random.IntN(e.Played())))
	case 2:
		a, b := e.Advance(), e.Advance()
		e.Tell(b)
		e.Tell(a)
	case 3: // a committed bar is given another volume
		w.caughtUp(source)
		at := e.Played() - 1 - w.random.IntN(3)
		k := c.At(at)
		k.Volume++
		e.Revise(at, k)
		e.Tell(k)
		one := server.BarsChannel(seriesOf(source)) + string(append(server.AppendCandle([]byte{' ', '{'}, k), '}'))
		w.revised = append(w.revised, one)
		if at == e.Played()-1 { // what is older than its newest the feed leaves out
			w.newest = append(w.newest, one)
		}
	case 4:
		e.Advance()
	case 5:
		k := c.At(e.Played())
		k.OpenTime += int64(core.Day)
		e.Send(e.Message(k, c.OpenTime[e.Played()], true)) // after the exchange's own clock
	case 6:
		for _, text := range []string{"", "null", "{", "\xff\xfe", `{"data":{"e":"kline","k":{"t":"now"}}}`, `{"result":null,"id":1}`} {
			e.Send([]byte(text))
		}
	}
	e.Play(1)
}
