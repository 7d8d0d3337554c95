package feed_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// listed is another market of an exchange.
type listed struct {
	*exchangetest.Market
	series  server.Series
	candles core.Columns
}

// beside lists market number n, the walk with volumes of its own.
func beside(t *testing.T, e *exchangetest.Exchange, n int) listed {
	t.Helper()
	l := listed{series: btc, candles: walk(t)}
	for i := range l.candles.Volume {
		l.candles.Volume[i] += float64(n)
	}
	l.series.Market.Symbol = fmt.Sprintf("N%dUSDT", n)
	l.Market = e.List(t, l.series.Market.Symbol, btc.Interval, l.candles, 300)
	return l
}

// listened waits until a connection has each market's stream.
func listened(t *testing.T, markets ...*exchangetest.Market) {
	t.Helper()
	for i, m := range markets {
		storetest.Eventually(t, 30*time.Second, fmt.Sprint("market ", i, " is listened to"), func() bool { return m.Listeners() == 1 })
	}
}

// is fails unless the follower has these bars, and Live never ended.
func (w *follower) is(t *testing.T, want core.Columns) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	same(t, w.bars, want)
	if w.ends > 0 {
		t.Errorf("Live of %s ended %d times", w.series, w.ends)
	}
}

// TestSeriesShareConnections: as many as fit are on one, each with its own bars,
// before and after a cut.
func TestSeriesShareConnections(t *testing.T) {
	for name, kind := range map[string]func(feed.BinanceOptions) *feed.Binance{"spot": feed.NewBinance, "futures": feed.NewBinanceFutures} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := exchange(t, 300)
			f := kind(at(e, feed.BinanceOptions{Streams: 3}))
			var markets []listed
			var followers []*follower
			for n := range 7 {
				markets = append(markets, beside(t, e, n+1))
				followers = append(followers, followSeries(t, f, markets[n].series))
			}
			all := func() {
				t.Helper()
				for _, m := range markets {
					listened(t, m.Market)
				}
				for _, m := range markets {
					m.Play(3)
				}
				for i, w := range followers {
					w.has(t, markets[i])
					w.is(t, markets[i].candles.Slice(0, markets[i].Played()))
				}
			}
			all()
			if e.Open() != 3 || e.Connections() != 3 {
				t.Errorf("7 series have %d connections open, of %d, want 3 for 3 series each", e.Open(), e.Connections())
			}
			e.Cut()
			for _, m := range markets {
				m.Advance() // told to nobody
			}
			storetest.Eventually(t, 30*time.Second, "the connections are made anew", func() bool { return e.Connections() == 6 && e.Open() == 3 })
			for i, w := range followers {
				w.has(t, markets[i])
			}
			all()
			if e.Floods() > 0 {
				t.Errorf("%d connections sent more than Binance allows", e.Floods())
			}
		})
	}
}

// TestSeriesComeAndGoWithoutHarmToOthers: a connection is asked for a stream more
// or less, and ends with its last.
func TestSeriesComeAndGoWithoutHarmToOthers(t *testing.T) {
	t.Parallel()
	e := exchange(t, 300)
	f := feed.NewBinance(at(e, feed.BinanceOptions{}))
	stays := follow(t, f)
	listened(t, e.Market)
	for n := range 4 {
		m := beside(t, e, n+1)
		w := followSeries(t, f, m.series)
		storetest.Eventually(t, 30*time.Second, "history is compared once the stream comes", func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return len(w.closed) == 5
		})
		e.Play(2)
		m.Play(2)
		w.has(t, m)
		stays.has(t, e)
		w.stop()
		storetest.Eventually(t, 30*time.Second, "nobody listens to a series that left", func() bool { return m.Listeners() == 0 })
	}
	stays.is(t, walk(t).Slice(0, 308))
	asked := e.Asked()
	if e.Connections() != 1 || e.Floods() > 0 || len(asked) != 8 || !slices.Contains(asked, "UNSUBSCRIBE") {
		t.Errorf("%d connections, %d cut for sending too much, asked %v; want one, asked for each series and spared it", e.Connections(), e.Floods(), asked)
	}
	stays.stop()
	storetest.Eventually(t, 30*time.Second, "the connection ends with its last series", func() bool { return e.Open() == 0 })
}

// TestAQuietSeriesIsAskedForAnew: its stream dries up, and the others go on over
// the same connection.
func TestAQuietSeriesIsAskedForAnew(t *testing.T) {
	t.Parallel()
	e := exchange(t, 300)
	f := feed.NewBinance(at(e, feed.BinanceOptions{Quiet: 5 * time.Second}))
	busy := follow(t, f)
	m := beside(t, e, 1)
	quiet := followSeries(t, f, m.series)
	listened(t, e.Market, m.Market)
	m.Play(1)
	quiet.has(t, m)
	m.Forget()
	m.Play(2) // told to nobody
	for began := time.Now(); quiet.len() < m.Played(); time.Sleep(10 * time.Millisecond) {
		e.Form(0.5)
		if time.Since(began) > time.Minute {
			t.Fatalf("%d of %d bars came after a minute", quiet.len(), m.Played())
		}
	}
	listened(t, m.Market)
	m.Play(1)
	e.Play(1)
	quiet.has(t, m)
	busy.has(t, e)
	quiet.is(t, m.candles.Slice(0, m.Played()))
	busy.is(t, walk(t).Slice(0, e.Played()))
	if e.Connections() != 1 {
		t.Errorf("a quiet series cost %d connections, want none", e.Connections()-1)
	}
}
