package chaos

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/redis/go-redis/v9"
)

// What a monitor may have broken on purpose.
const (
	skipped  = "skipped"
	holed    = "holed"
	unfenced = "unfenced"
	fresh    = "fresh"
	early    = "early"
	hurried  = "hurried"
)

var meanings = map[string]string{
	skipped:  "now and then an event is not stored",
	holed:    "a bar missed live is not asked for",
	unfenced: "writes go through under any lease",
	fresh:    "a market is taken up at its newest bar",
	early:    "now and then a forming bar is closed",
	hurried:  "bars are closed by the monitor's own clock",
}

// TestMutantsAreSeen runs the faults over monitors that are broken on purpose:
// a check that finds nothing then checks nothing.
func TestMutantsAreSeen(t *testing.T) {
	t.Parallel()
	unbroken(t)
	for _, m := range []struct {
		mutant, fault string
		strike        func(w *world)
	}{
		{skipped, "F1 monitor killed", func(w *world) { killMonitors(w, 2) }},
		{holed, "F4 feed cut", cutOnce},
		{hurried, "F11 clocks step and drift", func(w *world) { wildClocks(w, 2) }},
		{early, "F19 wrong bars", func(w *world) { wrongBars(w, 1) }},
	} {
		t.Run(m.mutant, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, history)
			w.mutant = m.mutant
			m.strike(w)
			w.seen(m.fault)
		})
	}
	t.Run(unfenced, func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, history)
		w.mutant = unfenced
		refused := stopMonitors(w, 1)
		chaostest.Caught(t, "F10 monitor stopped", meanings[unfenced], refused == 0, "%d late commits are refused, 1 or more are due", refused)
	})
}

// seen holds that what its mutants did shows in the store.
func (w *world) seen(fault string) {
	w.t.Helper()
	d := w.damage()
	chaostest.Caught(w.t, fault, meanings[w.mutant], !d.Clean(), "%d lost, %d duplicated, %d changed", d.Lost, d.Duplicated, d.Changed)
}

// cutOnce cuts each feed while a bar closes.
func cutOnce(w *world) {
	w.start(order{Owner: "m"})
	w.play(time.Millisecond)
	w.playing.Wait()
	w.ends() // the last bar is not among those that are left out
}

// mutate breaks a store or its feeds on purpose: what a test must notice.
func (o order) mutate(s *store.Store, feeds map[string]monitor.Feed, wall *clock) monitor.Store {
	switch o.Mutant {
	case skipped:
		return forgetful{s}
	case unfenced:
		return newBold(s, o.URL)
	case holed, fresh, early, hurried:
		for source, f := range feeds {
			feeds[source] = broken{f, o.Mutant, wall}
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

func (b *bold) Commit(ctx context.Context, commits []server.Commit) (answers []server.Committed) {
	for range 100 { // another may take the lease in between
		b.seize(ctx, commits)
		answers = b.Store.Commit(ctx, commits)
		if !slices.ContainsFunc(answers, func(a server.Committed) bool { return errors.Is(a.Err, server.ErrFenced) }) {
			break
		}
	}
	return answers
}

func (b *bold) seize(ctx context.Context, commits []server.Commit) {
	for _, c := range commits {
		keys, err := b.client.Keys(ctx, "q:{*}:s:"+c.Series.String()).Result()
		if err == nil && len(keys) == 1 {
			tag, _, _ := strings.Cut(keys[0], "}:")
			b.client.Set(ctx, tag+"}:fence", c.Lease.Fence, 0)
			b.client.Set(ctx, tag+"}:lease", c.Lease.Owner, lease)
		}
	}
}

type broken struct {
	monitor.Feed
	how  string
	wall *clock
}

func (b broken) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	if (b.how == holed || b.how == fresh) && after > 0 {
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
		case b.how == hurried && b.wall.off() > time.Duration(s.Interval)*time.Millisecond: // as if it were past the bar's end
			bar.Closed = true
		case b.how == holed && bar.Closed && minute%50 == 0 && seen > 0:
			return nil // asked for by nobody
		}
		seen = bar.Candle.OpenTime
		return emit(bar)
	})
}
