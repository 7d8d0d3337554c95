package chaos

import (
	"context"
	"maps"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
	"github.com/redis/go-redis/v9"
)

const (
	bars    = 1000 // of each series
	history = 300  // of them closed before a test begins
	limit   = 60 * time.Second
)

// files are the candles of each source. Bars are a minute apart, so that a cut of
// ten minutes is one of ten bars; the bars the gaps file leaves out had no trade.
var files = map[string]string{"walk": "walk", "gaps": "gaps", "torture": "torture"}

func seriesOf(source string) server.Series {
	return server.Series{Market: server.Market{Source: source, Symbol: "BTCUSDT"}, Interval: core.Minute}
}

// minutes reads the bars of a source, a minute for each quarter of an hour.
func minutes(t *testing.T, source string) core.Columns {
	t.Helper()
	in, err := feed.OpenCSV("../../core/cipher/testdata/" + files[source] + ".csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c, err := feed.ReadCSV(in, feed.CSVOptions{Interval: 15 * core.Minute})
	if err != nil {
		t.Fatal(err)
	}
	c = c.Slice(0, bars)
	for i := range c.OpenTime {
		c.OpenTime[i] /= 15
		c.OpenTime[i] -= c.OpenTime[i] % int64(core.Minute)
	}
	return c
}

// world is a Redis, and an exchange for each source.
type world struct {
	t         *testing.T
	random    *rand.Rand
	redis     storetest.Server
	store     *store.Store
	candles   map[string]core.Columns
	exchanges map[string]*exchangetest.Exchange
	playing   sync.WaitGroup
	hurry     atomic.Bool // what is left is played at once
	mutant    string      // of its monitors
	revised   []string    // bars of which the exchange has told other values
	newest    []string    // those that were its newest bar then
}

// newWorld makes one whose exchanges have played some bars.
func newWorld(t *testing.T, played int) *world {
	t.Helper()
	return newWorldOn(t, played, storetest.Start(t), "127.0.0.1")
}

// newWorldOn makes one over some kind of Redis, with its exchanges at an address.
func newWorldOn(t *testing.T, played int, redis storetest.Server, ip string) *world {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := &world{t: t, random: rand.New(rand.NewPCG(seed, 1)), redis: redis, candles: map[string]core.Columns{}, exchanges: map[string]*exchangetest.Exchange{}}
	w.store = storetest.Open(t, w.redis, store.Options{})
	for source := range files {
		c := minutes(t, source)
		w.candles[source] = c
		w.exchanges[source] = exchangetest.NewOn(t, ip, "BTCUSDT", core.Minute, c, played)
		if err := w.store.Watch(t.Context(), server.Watched{Series: seriesOf(source)}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// feeds are the addresses of the exchanges, as they are reached at ip.
func (w *world) feeds(ip string) map[string][2]string {
	at := map[string][2]string{}
	for source, e := range w.exchanges {
		host := net.JoinHostPort(ip, strconv.Itoa(e.Port()))
		at[source] = [2]string{"http://" + host, "ws://" + host}
	}
	return at
}

// play closes a bar of each exchange every pace until one is left to form.
func (w *world) play(pace time.Duration) {
	for _, e := range w.exchanges {
		w.playing.Go(func() {
			ticks := time.NewTicker(max(pace, time.Microsecond))
			defer ticks.Stop()
			for e.Played() < bars-1 {
				e.Form(0.25)
				if e.Form(0.75); !w.hurry.Load() {
					<-ticks.C
				}
				e.Tell(e.Advance())
			}
		})
	}
	w.t.Cleanup(w.playing.Wait)
}

// over reports whether all bars are played.
func (w *world) over() bool {
	for _, e := range w.exchanges {
		if e.Played() < bars-1 {
			return false
		}
	}
	return true
}

// heads is how many bars of each source the store holds, none while it is away.
func (w *world) heads() map[string]int64 {
	var sources []string
	var list []server.Series
	for source := range files {
		sources, list = append(sources, source), append(list, seriesOf(source))
	}
	heads, err := w.store.Heads(context.Background(), list...)
	if err != nil {
		return nil
	}
	held := map[string]int64{}
	for i, h := range heads {
		held[sources[i]] = h.Bars
	}
	return held
}

// goesOn waits until every series has more bars than now, by more than could be
// on their way, or has all.
func (w *world) goesOn(why string) time.Duration {
	w.t.Helper()
	began, before := time.Now(), w.heads()
	storetest.Eventually(w.t, limit, why, func() bool {
		now := w.heads()
		for source := range files {
			if n, ok := now[source]; !ok || n < min(before[source]+10, bars-1) {
				return false
			}
		}
		return true
	})
	return time.Since(began)
}

// caughtUp waits until all bars of a source that are closed are committed.
func (w *world) caughtUp(source string) {
	w.t.Helper()
	storetest.Eventually(w.t, limit, "all closed bars of "+source+" are committed", func() bool {
		return w.heads()[source] == int64(w.exchanges[source].Played())
	})
}

// state is how the market of a source does.
func (w *world) state(source string) server.State {
	markets, err := w.store.Markets(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range markets {
		if m.Market.Source == source {
			return m.State
		}
	}
	return ""
}

// finish waits until all that was played is committed.
func (w *world) finish() {
	w.t.Helper()
	w.hurry.Store(true)
	w.playing.Wait()
	for source := range files {
		w.caughtUp(source)
	}
}

// ends waits until the last bar that was played is committed, whatever became of
// those before it; or until nothing has been for some leases: broken monitors may
// have left out that one too.
func (w *world) ends() {
	w.t.Helper()
	w.hurry.Store(true)
	w.playing.Wait()
	last, since := map[string]int64{}, time.Now()
	storetest.Eventually(w.t, limit, "monitors come to an end", func() bool {
		all := true
		for source, c := range w.candles {
			heads, err := w.store.Heads(w.t.Context(), seriesOf(source))
			all = all && err == nil && heads[0].OpenTime == c.OpenTime[bars-2]
		}
		if now := w.heads(); now == nil || !maps.Equal(now, last) {
			last, since = now, time.Now()
		}
		return all || time.Since(since) > 3*nodeTimeout
	})
}

// contents is what the store holds.
func (w *world) contents() chaostest.Contents { return reads(w, chaostest.Read) }

// revisions are the revised bars the store has told of.
func (w *world) revisions() []string { return reads(w, chaostest.Revisions) }

func reads[T any](w *world, read func(context.Context, redis.UniversalClient) (T, error)) T {
	w.t.Helper()
	client, err := store.Dial(w.redis.URL(), limit)
	if err != nil {
		w.t.Fatal(err)
	}
	defer client.Close()
	all, err := read(w.t.Context(), client)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

var (
	once        sync.Mutex
	undisturbed chaostest.Contents // guarded by once
)

// unbroken is what a store holds after one run that nothing disturbs.
func unbroken(t *testing.T) chaostest.Contents {
	t.Helper()
	once.Lock()
	defer once.Unlock()
	if undisturbed == nil {
		w := newWorld(t, bars-1)
		p := w.start(order{Owner: "unbroken"})
		w.finish()
		p.stop()
		undisturbed = w.contents()
	}
	return undisturbed
}

// damage is how the store differs from the unbroken run.
func (w *world) damage() chaostest.Damage {
	w.t.Helper()
	return w.contents().Against(unbroken(w.t))
}

// proxy is a proxy before the store.
func (w *world) proxy() *chaostest.Proxy {
	w.t.Helper()
	return chaostest.NewProxy(w.t, w.redis.(*storetest.Redis).Socket())
}

// clean holds the store to the unbroken run.
func (w *world) clean(fault string, runs int) {
	w.t.Helper()
	chaostest.Report(w.t, fault, runs, w.contents(), unbroken(w.t))
}
