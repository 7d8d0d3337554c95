package chaos

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/redis/go-redis/v9"
)

// What a monitor may have broken on purpose.
const (
	skipped  = "skipped"  // now and then an event is not stored
	holed    = "holed"    // a bar missed live is not asked from history
	unfenced = "unfenced" // writes go through under whatever lease is held
	fresh    = "fresh"    // a market is taken up at its newest bar, whatever came before
	early    = "early"    // now and then a bar is closed while it forms
)

// TestMutantsAreSeen runs the faults over monitors that are broken on purpose:
// a check that finds nothing then checks nothing.
func TestMutantsAreSeen(t *testing.T) {
	t.Parallel()
	unbroken(t)
	for mutant, fault := range map[string]func(w *world){
		skipped: func(w *world) { killMonitors(w, 2) },
		holed:   func(w *world) { cutOnce(w) },
		early:   func(w *world) { wrongBars(w, 1) },
	} {
		t.Run(mutant, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, history)
			w.mutant = mutant
			fault(w)
			w.seen()
		})
	}
	t.Run(unfenced, func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, history)
		w.mutant = unfenced
		if refused := stopMonitors(w, 1); refused > 0 {
			t.Errorf("%d late commits of unfenced monitors were refused", refused)
		}
	})
}

// seen holds that what its mutants did shows in the store.
func (w *world) seen() {
	w.t.Helper()
	d := w.damage()
	w.t.Logf("%d lost, %d duplicated, %d changed; %s", d.Lost, d.Duplicated, d.Changed, d.First)
	if d.Clean() {
		w.t.Errorf("monitors that are %s leave the store as an unbroken run does", w.mutant)
	}
}

// cutOnce cuts each feed while a bar closes.
func cutOnce(w *world) {
	w.start(order{Owner: "m"})
	w.play(time.Millisecond)
	w.playing.Wait()
	w.ends() // the last bar is not among those that are left out
}

// mutate breaks a store or its feeds on purpose: what a test must notice.
func (o order) mutate(s *store.Store, feeds map[string]monitor.Feed) monitor.Store {
	switch o.Mutant {
	case skipped:
		return forgetful{s}
	case unfenced:
		return newBold(s, o.URL)
	case holed, fresh, early:
		for source, f := range feeds {
			feeds[source] = broken{f, o.Mutant}
		}
	}
	return s
}

type forgetful struct{ *store.Store }

func (f forgetful) Commit(ctx context.Context, commits []server.Commit) []server.Committed {
	less := slices.Clone(commits)
	for i := range less {
		if less[i].Candle.OpenTime/int64(core.Minute)%50 == 0 && len(less[i].Events) > 0 {
			less[i].Events = less[i].Events[1:]
		}
	}
	return f.Store.Commit(ctx, less)
}

// bold writes as if no fence were there: it makes its own lease the one that is
// held, whoever holds it.
type bold struct {
	*store.Store
	client *redis.Client
}

func newBold(s *store.Store, url string) monitor.Store {
	options, err := redis.ParseURL(url)
	if err != nil {
		panic(err) // the store was opened with it
	}
	options.ReadTimeout = time.Minute
	return &bold{s, redis.NewClient(options)}
}

func (b *bold) Commit(ctx context.Context, commits []server.Commit) []server.Committed {
	for _, c := range commits {
		keys, err := b.client.Keys(ctx, "q:{*}:s:"+c.Series.String()).Result()
		if err == nil && len(keys) == 1 {
			tag, _, _ := strings.Cut(keys[0], "}:")
			b.client.Set(ctx, tag+"}:fence", c.Lease.Fence, 0)
			b.client.Set(ctx, tag+"}:lease", c.Lease.Owner, lease)
		}
	}
	return b.Store.Commit(ctx, commits)
}

type broken struct {
	monitor.Feed
	how string
}

func (b broken) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	if b.how != early && after > 0 {
		return nil
	}
	return b.Feed.History(ctx, s, after, yield)
}

func (b broken) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	seen := after
	if b.how == fresh && after > 0 {
		if err := b.Feed.History(ctx, s, after, func(k core.Candle) error { after = k.OpenTime; return nil }); err != nil {
			return err
		}
	}
	return b.Feed.Live(ctx, s, after, func(bar server.Bar) error {
		minute := bar.Candle.OpenTime / int64(core.Minute)
		switch {
		case b.how == early && minute%3 == 0:
			bar.Closed = true
		case b.how == holed && bar.Closed && minute%50 == 0 && seen > 0:
			return nil // asked for by nobody
		}
		seen = bar.Candle.OpenTime
		return emit(bar)
	})
}
