package feed_test

import (
	"errors"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

func TestEveryBarComesOnceWhateverTheExchangeDoes(t *testing.T) {
	away := func(t *testing.T, e *exchangetest.Exchange, cut func()) {
		before := e.Connections()
		cut()
		e.Advance()
		e.Advance()
		connects(t, e, before)
	}
	for name, fault := range map[string]func(*testing.T, *exchangetest.Exchange){
		"nothing":     func(*testing.T, *exchangetest.Exchange) {},
		"cut":         func(t *testing.T, e *exchangetest.Exchange) { away(t, e, e.Cut) },
		"day's end":   func(t *testing.T, e *exchangetest.Exchange) { away(t, e, e.EndDay) },
		"silent":      func(t *testing.T, e *exchangetest.Exchange) { away(t, e, func() { e.Silence(true) }); e.Silence(false) },
		"cut by size": func(t *testing.T, e *exchangetest.Exchange) { away(t, e, func() { e.Send(make([]byte, 1<<20)) }) },
		"twice": func(_ *testing.T, e *exchangetest.Exchange) {
			k := e.Advance()
			e.Tell(k)
			e.Tell(k)
		},
		"late": func(t *testing.T, e *exchangetest.Exchange) { e.Tell(walk(t).At(5)) },
		"out of order": func(_ *testing.T, e *exchangetest.Exchange) {
			a, b := e.Advance(), e.Advance()
			e.Tell(b)
			e.Tell(a)
		},
		"lost": func(_ *testing.T, e *exchangetest.Exchange) {
			e.Advance()
			e.Advance()
			e.Tell(e.Advance())
		},
		"garbage": func(t *testing.T, e *exchangetest.Exchange) {
			k := walk(t).At(e.Played())
			other := k
			other.OpenTime += int64(core.Day) // after the exchange's own clock
			bad := k
			bad.OpenTime = -5
			for _, text := range [][]byte{
				{}, []byte("null"), []byte("{"), []byte("\xff\xfe"), []byte(`{"result":null,"id":99}`), []byte(`{"stream":"ethusdt@kline_15m","data":{"e":"trade"}}`),
				[]byte(`{"result":null,"id":1}`), []byte(`{"data":{"k":{"t":"now"}}}`),
				e.Message(other, k.OpenTime, true), e.Message(bad, k.OpenTime, true),
			} {
				e.Send(text)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := exchange(t, 300)
			o := feed.BinanceOptions{Silence: time.Second}
			if name == "garbage" { // the one that is to keep its connection, on a busy machine too
				o.Silence = time.Minute
			}
			f := feed.NewBinance(at(e, o))
			w := follow(t, f)
			other := beside(t, e, 1)
			shares := followSeries(t, f, other.series)
			listened(t, e.Market, other.Market)
			e.Play(3)
			other.Play(3)
			w.has(t, e)
			fault(t, e)
			e.Play(3)
			other.Play(3)
			w.has(t, e)
			shares.has(t, other)
			shares.is(t, other.candles.Slice(0, other.Played()))
			w.mu.Lock()
			defer w.mu.Unlock()
			same(t, w.bars, walk(t).Slice(0, e.Played()))
			if w.ends > 0 {
				t.Errorf("Live ended %d times", w.ends)
			}
			if name == "garbage" && e.Connections() != 1 {
				t.Errorf("garbage cost %d connections, want it left out", e.Connections()-1)
			}
		})
	}
}

func TestABarWhoseCloseWasLostIsTakenWhenTheNextForms(t *testing.T) {
	e := exchange(t, 300)
	w := follow(t, feed.NewBinance(at(e, feed.BinanceOptions{})))
	connects(t, e, 0)
	e.Play(1)
	w.has(t, e)
	e.Advance()
	e.Form(0.1)
	w.has(t, e)
	w.mu.Lock()
	defer w.mu.Unlock()
	same(t, w.bars, walk(t).Slice(0, 302))
}

func TestAConnectionWithoutBarsIsMadeAnew(t *testing.T) {
	e := exchange(t, 300)
	w := follow(t, feed.NewBinance(at(e, feed.BinanceOptions{Quiet: 300 * time.Millisecond})))
	connects(t, e, 0)
	e.Play(1)
	w.has(t, e)
	e.Advance() // told to nobody, while pings are answered
	w.has(t, e)
	w.mu.Lock()
	defer w.mu.Unlock()
	same(t, w.bars, walk(t).Slice(0, 302))
}

func TestARevisedBarIsGivenOnceMore(t *testing.T) {
	e := exchange(t, 300)
	w := follow(t, feed.NewBinance(at(e, feed.BinanceOptions{})))
	connects(t, e, 0)
	e.Play(2)
	w.has(t, e)
	revised := walk(t).At(301)
	revised.Volume++
	e.Tell(revised)
	again := revised
	again.Volume++
	e.Revise(301, again) // seen when history is read after a cut
	e.Tell(revised)
	before := e.Connections()
	e.Cut()
	connects(t, e, before)
	e.Play(1)
	w.has(t, e)
	w.mu.Lock()
	defer w.mu.Unlock()
	same(t, w.bars, walk(t).Slice(0, 303))
	var told []float64
	for _, k := range w.closed {
		if k.OpenTime == revised.OpenTime {
			told = append(told, k.Volume-revised.Volume)
		}
	}
	if len(told) != 3 || told[1] != 0 || told[2] != 1 {
		t.Errorf("the bar came with volumes %v beside the first revision, want -1, 0 and 1", told)
	}
}

func TestAConnectionIsRelievedWithoutAGap(t *testing.T) {
	e := exchange(t, 300)
	w := follow(t, feed.NewBinance(at(e, feed.BinanceOptions{Life: 100 * time.Millisecond, Overlap: 50 * time.Millisecond})))
	for e.Connections() < 5 {
		if e.Play(1); e.Played() > 900 {
			t.Fatal("no connection was relieved in 600 bars")
		}
		w.has(t, e)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	same(t, w.bars, walk(t).Slice(0, e.Played()))
	if w.ends > 0 {
		t.Errorf("Live ended %d times", w.ends)
	}
}

func TestFormingBarsNeverGoBack(t *testing.T) {
	e := exchange(t, 300)
	w := follow(t, feed.NewBinance(at(e, feed.BinanceOptions{})))
	connects(t, e, 0)
	formed := func(n int) {
		t.Helper()
		storetest.Eventually(t, 30*time.Second, "the bar forms", func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return len(w.forming) >= n
		})
	}
	e.Form(0.5)
	formed(1)
	e.Form(0.2)
	k := e.Advance()
	e.Tell(k)
	w.has(t, e)
	e.Send(e.Message(k, k.OpenTime+1000, false))
	e.Ping()
	storetest.Eventually(t, 30*time.Second, "all frames are read", func() bool { return e.Pongs() == 1 })
	e.Form(0.3)
	formed(2)
	w.mu.Lock()
	defer w.mu.Unlock()
	if next := walk(t).At(301); len(w.forming) != 2 || w.forming[0].OpenTime != k.OpenTime || w.forming[1].OpenTime != next.OpenTime {
		t.Errorf("forming bars are %+v, want one state of each of the two", w.forming)
	}
}

func TestPingsAreAnswered(t *testing.T) {
	e := exchange(t, 300)
	follow(t, feed.NewBinance(at(e, feed.BinanceOptions{})))
	connects(t, e, 0)
	e.Ping()
	storetest.Eventually(t, 30*time.Second, "a pong comes", func() bool { return e.Pongs() == 1 })
}

func TestFormingBarsAreConflatedAndClosedOnesAreNot(t *testing.T) {
	e := exchange(t, 300)
	c := walk(t)
	entered, release := make(chan struct{}), make(chan struct{})
	enough := errors.New("enough")
	var got []server.Bar
	ended := make(chan error)
	go func() {
		ended <- feed.NewBinance(at(e, feed.BinanceOptions{})).Live(t.Context(), btc, c.OpenTime[299], func(b server.Bar) error {
			if b.Closed && b.Candle.OpenTime <= c.OpenTime[299] {
				return nil // the newest bars, once more
			}
			if got = append(got, b); len(got) == 1 {
				close(entered)
				<-release
			}
			if !b.Closed && b.Candle.OpenTime == c.OpenTime[304] {
				return enough
			}
			return nil
		})
	}()
	connects(t, e, 0)
	e.Form(0.1)
	<-entered
	e.Play(4)
	for i := range 50 {
		e.Form(float64(i+1) / 100)
	}
	e.Form(0.2) // late
	e.Ping()
	storetest.Eventually(t, 30*time.Second, "all frames are read", func() bool { return e.Pongs() == 1 })
	close(release)
	if err := <-ended; !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if len(got) != 6 {
		t.Fatalf("%d bars came, want one forming, four closed and the newest forming: %+v", len(got), got)
	}
	for i := range 4 {
		if b := got[i+1]; !b.Closed || b.Candle != c.At(300+i) {
			t.Errorf("bar %d is %+v, want %+v closed", i+1, b, c.At(300+i))
		}
	}
	if want := c.Volume[304] * 0.5; got[0].Closed || got[5].Closed || got[5].Candle.Volume != want {
		t.Errorf("forming bars are %+v and %+v, want the last with volume %v", got[0], got[5], want)
	}
}

func TestLiveEndsWhereTheExchangeCannotBeReached(t *testing.T) {
	e := exchange(t, 300)
	e.Close(true)
	err := feed.NewBinance(at(e, feed.BinanceOptions{})).Live(t.Context(), btc, walk(t).OpenTime[299], func(server.Bar) error { return nil })
	if err == nil || e.Connections() != 0 {
		t.Errorf("Live = %v after %d connections", err, e.Connections())
	}
	e.Close(false)
	w := follow(t, feed.NewBinance(at(e, feed.BinanceOptions{})))
	connects(t, e, 0)
	e.Play(2)
	w.has(t, e)
}
