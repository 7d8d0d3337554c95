package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

var walk = series("file", "walk", 15*core.Minute)

// hand is a feed moved by the test: what history holds, and what comes live.
type hand struct {
	mu      sync.Mutex
	history core.Columns // guarded by mu
	bars    chan server.Bar
	cut     chan error
}

func newHand(history core.Columns) *hand {
	return &hand{history: history, bars: make(chan server.Bar), cut: make(chan error)}
}

func (h *hand) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	h.mu.Lock()
	bars := h.history
	h.mu.Unlock()
	return feed.NewFile(bars).History(ctx, s, after, yield)
}

func (h *hand) Live(ctx context.Context, _ server.Series, _ int64, emit func(server.Bar) error) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-h.cut:
			return err
		case b := <-h.bars:
			if err := emit(b); err != nil {
				return err
			}
		}
	}
}

func (h *hand) knows(c core.Columns) {
	h.mu.Lock()
	h.history = c
	h.mu.Unlock()
}

func (h *hand) closes(bars ...core.Candle) {
	for _, k := range bars {
		h.bars <- server.Bar{Series: walk, Candle: k, Closed: true}
	}
}

// byHand runs a monitor over one series fed by the test.
func byHand(t *testing.T, history core.Columns, o monitor.Options) (*store.Store, *hand, *monitor.Monitor) {
	t.Helper()
	s := storetest.Open(t, storetest.Start(t), store.Options{Retention: keepAll})
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	h := newHand(history)
	m, _ := runWith(t, s, map[string]monitor.Feed{"file": h}, o)
	return s, h, m
}

func reaches(t *testing.T, s *store.Store, bars int64) {
	t.Helper()
	storetest.Eventually(t, 30*time.Second, "the bars are committed", func() bool {
		heads, err := s.Heads(t.Context(), walk)
		return err == nil && heads[0].Bars == bars
	})
}

// TestOnlyGoodBarsInOrderAreCommitted is F19: what comes is doubled, late,
// revised and broken; what is committed is the batch.
func TestOnlyGoodBarsInOrderAreCommitted(t *testing.T) {
	c := candles(walk)
	s, h, m := byHand(t, c.Slice(0, 100), monitor.Options{})
	broken := func(i int, change func(*core.Candle)) core.Candle {
		k := c.At(i)
		change(&k)
		return k
	}
	h.closes(
		c.At(100), c.At(100), // twice
		c.At(50), // long ago
		broken(100, func(k *core.Candle) { k.Close = k.Low }), // revised
		broken(101, func(k *core.Candle) { k.High = math.NaN() }),
		broken(101, func(k *core.Candle) { k.Volume = -1 }),
		broken(101, func(k *core.Candle) { k.OpenTime -= 1000 }), // before the last one closes
		c.At(101), c.At(102),
	)
	reaches(t, s, 103)
	equalsBatchOver(t, s, walk, c.Slice(0, 103))
	if got := m.Stats(); got.Late != 3 || got.Invalid != 3 || got.Corrected != 1 || got.Bars != 103 || got.Restarts != 0 {
		t.Errorf("the monitor counts %+v, want 3 late, one of them corrected, and 3 invalid", got)
	}
}

// TestBarsLostOnTheWayAreFilledFromHistory: a bar is committed only behind all
// that history has before it.
func TestBarsLostOnTheWayAreFilledFromHistory(t *testing.T) {
	c := candles(walk)
	s, h, m := byHand(t, c.Slice(0, 100), monitor.Options{})
	h.closes(c.At(100))
	h.knows(c.Slice(0, 110)) // 101 to 108 never come live
	h.closes(c.At(109))
	h.closes(c.At(112)) // 110 and 111 had no trade: nobody has them
	reaches(t, s, 111)
	due := core.MakeColumns(111)
	for i := range 113 {
		if i != 110 && i != 111 {
			due.Append(c.At(i))
		}
	}
	equalsBatchOver(t, s, walk, due)
	if got := m.Stats(); got.Gaps != 2 || got.Filled != 9 {
		t.Errorf("the monitor counts %+v, want 2 gaps and 9 bars filled", got)
	}
}

func TestACutFeedIsTakenUpBehindTheLastBar(t *testing.T) {
	c := candles(walk)
	s, h, m := byHand(t, c.Slice(0, 100), monitor.Options{})
	h.closes(c.At(100))
	h.knows(c.Slice(0, 105))
	h.cut <- errors.New("connection reset")
	h.closes(c.At(105)) // taken once the feed runs again
	reaches(t, s, 106)
	equalsBatchOver(t, s, walk, c.Slice(0, 106))
	if got := m.Stats(); got.Restarts != 1 || got.Gaps != 0 {
		t.Errorf("the monitor counts %+v, want one new beginning and no gap", got)
	}
}

func TestFormingBarsCarryWhatTheCloseWouldGive(t *testing.T) {
	c := candles(walk)
	s, h, _ := byHand(t, c.Slice(0, 500), monitor.Options{})
	h.bars <- server.Bar{Series: walk, Candle: c.At(500)}
	var tip server.Tip
	storetest.Eventually(t, 30*time.Second, "the forming bar is stored", func() bool {
		var err error
		tip, err = s.Tip(t.Context(), walk, c.OpenTime[499], 10)
		return err == nil && tip.Forming != nil
	})
	var body struct {
		OpenTime int64 `json:"open_time"`
		Close    float64
		Readings map[string]*float64
	}
	if err := json.Unmarshal(tip.Forming, &body); err != nil {
		t.Fatal(err)
	}
	out := cipher.MakeColumns(501)
	if err := cipher.Compute(cipher.Default(cipher.Quantum), walk.Interval, c.Slice(0, 501), &out); err != nil {
		t.Fatal(err)
	}
	if body.OpenTime != c.OpenTime[500] || body.Close != c.Close[500] || len(body.Readings) != cipher.NumReadings {
		t.Errorf("forming bar is %s", tip.Forming)
	}
	for r := range cipher.Reading(cipher.NumReadings) {
		want, got := out.Values[r][500], body.Readings[r.String()]
		if math.IsNaN(want) != (got == nil) || got != nil && *got != want {
			t.Errorf("%s is %v, want %v", r, got, want)
		}
	}
	if tip.Candles.Len() != 0 || tip.Heads.Bars != 500 {
		t.Errorf("a forming bar was committed: %+v", tip.Heads)
	}
}

func TestStatesFollowTheFeed(t *testing.T) {
	c := candles(walk)
	s, h, _ := byHand(t, c.Slice(0, 100), monitor.Options{Silence: 300 * time.Millisecond})
	is := func(want server.State) {
		t.Helper()
		storetest.Eventually(t, 30*time.Second, "the market is "+string(want), func() bool {
			markets, err := s.Markets(t.Context())
			return err == nil && len(markets) == 1 && markets[0].State == want
		})
	}
	is(server.Live)
	h.bars <- server.Bar{Series: walk, Candle: c.At(100)}
	is(server.Stale) // a feed that gave forming bars has fallen silent
	h.closes(c.At(100))
	is(server.Live)
}

func TestASeriesIsWatchedAndDroppedWhileRunning(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	stop := run(t, s, feeds(), monitor.Options{})
	for range 3 {
		if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
			t.Fatal(err)
		}
		before := committed(t, s)
		storetest.Eventually(t, 30*time.Second, "the series runs", func() bool { return committed(t, s) > before })
		if err := s.Unwatch(t.Context(), walk); err != nil {
			t.Fatal(err)
		}
		storetest.Eventually(t, 30*time.Second, "the market is told no more", func() bool {
			markets, err := s.Markets(t.Context())
			return err == nil && len(markets) == 0
		})
	}
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	reaches(t, s, 1000)
	stop()
	equalsBatchOver(t, s, walk, candles(walk))
}

func TestOtherParametersBeginAnewOverTheStoredBars(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{Retention: keepAll})
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	c := candles(walk)
	part := func(n int, o monitor.Options) {
		stop := run(t, s, map[string]monitor.Feed{"file": feed.NewFile(c.Slice(0, n))}, o)
		reaches(t, s, int64(n))
		stop()
	}
	classic := cipher.Default(cipher.Classic)
	part(500, monitor.Options{})
	part(1000, monitor.Options{Cipher: &classic})
	out := cipher.MakeColumns(1000)
	if err := cipher.Compute(classic, walk.Interval, c, &out); err != nil {
		t.Fatal(err)
	}
	due, err := cipher.AppendSeriesEvents(nil, classic, walk.Interval, c, &out)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Events(t.Context(), server.EventFilter{Series: []server.Series{walk}, From: c.OpenTime[500], Limit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, e := range page.Events {
		ids[e.ID] = true
	}
	count := 0
	for _, e := range due {
		if e.OpenTime < c.OpenTime[500] {
			continue
		}
		count++
		if !ids[server.EventID(core.EngineVersion, classic.Hash(), walk, e.OpenTime, e.Kind())] {
			t.Errorf("%s at %d is not stored", e.Kind(), e.OpenTime)
		}
	}
	if count < 100 {
		t.Errorf("only %d events to compare", count)
	}
}

func TestASourceWithoutAFeedIsTold(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	var said lines
	run(t, s, nil, monitor.Options{Log: slog.New(slog.NewTextHandler(&said, nil))})
	storetest.Eventually(t, 30*time.Second, "the log names the source", func() bool { return said.have("no feed gives this source", "series=file:walk:15m", "source=file") })
}

// lines is a log that is searched while it is written.
type lines struct {
	mu   sync.Mutex
	text []byte // guarded by mu
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

// have reports whether one line holds all the parts.
func (l *lines) have(parts ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(string(l.text)) {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) }) {
			return true
		}
	}
	return false
}
