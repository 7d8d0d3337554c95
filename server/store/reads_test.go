package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

var minute = server.Series{Market: server.Market{Source: "sim", Symbol: "OTHER"}, Interval: core.Minute}

func TestCandlesInARange(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		mustCommit(t, s, commits(lease(t, s, "a", hour), hour, 0, 20))
		at := func(i int) int64 { return bar(i).OpenTime }
		for _, tt := range []struct {
			name     string
			r        server.CandleRange
			from, to int // bars due
		}{
			{"all", server.CandleRange{}, 0, 20},
			{"the newest", server.CandleRange{Limit: 3}, 17, 20},
			{"the newest before a time", server.CandleRange{To: at(10), Limit: 3}, 7, 10},
			{"from a time on", server.CandleRange{From: at(15)}, 15, 20},
			{"the oldest from a time on", server.CandleRange{From: at(2) - 1, Limit: 4}, 2, 6},
			{"between, the end excluded", server.CandleRange{From: at(2), To: at(5)}, 2, 5},
			{"none", server.CandleRange{From: at(20)}, 20, 20},
		} {
			got, err := s.Candles(t.Context(), hour, tt.r)
			if err != nil || got.Len() != tt.to-tt.from {
				t.Errorf("%s: %d bars, %v; want %d", tt.name, got.Len(), err, tt.to-tt.from)
				continue
			}
			for i := range got.Len() {
				if got.At(i) != bar(tt.from+i) {
					t.Errorf("%s: place %d is %v, want bar %d", tt.name, i, got.At(i), tt.from+i)
				}
			}
		}
		if got, err := s.Candles(t.Context(), minute, server.CandleRange{}); err != nil || got.Len() != 0 {
			t.Errorf("an unknown series has %d bars, %v; want none", got.Len(), err)
		}
	})
}

func TestTipIsOneMoment(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		l := lease(t, s, "a", hour)
		mustCommit(t, s, commits(l, hour, 0, 20))
		publish := func(i int) {
			if err := s.PublishForming(t.Context(), []server.Forming{{Lease: l, Series: hour, OpenTime: bar(i).OpenTime, Body: []byte(fmt.Sprintf(`{"n":%d}`, i))}}); err != nil {
				t.Fatal(err)
			}
		}
		tip := func() server.Tip {
			tip, err := s.Tip(t.Context(), hour, bar(16).OpenTime, 100)
			if err != nil {
				t.Fatal(err)
			}
			return tip
		}
		publish(20)
		publish(19) // is closed already
		got := tip()
		if want := (server.Heads{OpenTime: bar(19).OpenTime, Bars: 20, Signals: 10}); got.Heads != want || got.Candles.Len() != 3 || got.Candles.At(0) != bar(17) {
			t.Errorf("Tip = %+v, want bars 17 to 19 and %+v", got, want)
		}
		if string(got.Forming) != `{"n":20}` {
			t.Errorf("forming is %s, want bar 20", got.Forming)
		}
		mustCommit(t, s, commits(l, hour, 20, 21))
		if got := tip(); got.Forming != nil {
			t.Errorf("forming after its close is %s, want none", got.Forming)
		}
	})
}

func TestEventsAcrossSeriesNewestFirst(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		other := server.Series{Market: minute.Market, Interval: core.Hour}
		quarter := server.Series{Market: hour.Market, Interval: core.Hour / 4}
		all := []server.Series{hour, other, quarter}
		for _, series := range all {
			mustCommit(t, s, commits(lease(t, s, "a", series), series, 0, 100))
		}
		list := func(f server.EventFilter, pages int) []server.Event {
			t.Helper()
			var got []server.Event
			for n := 1; ; n++ {
				page, err := s.Events(t.Context(), f)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, page.Events...)
				if page.Cursor == "" {
					if n != pages {
						t.Errorf("%d pages, want %d", n, pages)
					}
					return got
				}
				f.Cursor = page.Cursor
			}
		}
		whole := list(server.EventFilter{Series: all, Limit: 1000}, 1)
		if len(whole) != 150 {
			t.Fatalf("%d events, want 150", len(whole))
		}
		if !slices.IsSortedFunc(whole, func(a, b server.Event) int { return int(b.KnownAt - a.KnownAt) }) {
			t.Error("events are not newest first")
		}
		seen := map[string]int64{}
		for _, e := range whole {
			if last, ok := seen[e.Series.String()]; ok && e.Seq != last-1 {
				t.Fatalf("%s: seq %d after %d", e.Series, e.Seq, last)
			}
			seen[e.Series.String()] = e.Seq
		}
		same := func(a, b server.Event) bool { return a.ID == b.ID && a.Seq == b.Seq }
		for _, limit := range []int{1, 7, 50} {
			if paged := list(server.EventFilter{Series: all, Limit: limit}, (149+limit)/limit); !slices.EqualFunc(paged, whole, same) {
				t.Errorf("pages of %d differ from one page", limit)
			}
		}
		var due []server.Event
		for _, e := range whole {
			if e.Kind == "cipher.buy" && e.OpenTime >= bar(20).OpenTime && e.OpenTime < bar(60).OpenTime {
				due = append(due, e)
			}
		}
		got := list(server.EventFilter{Series: all, Kinds: []string{"cipher.buy"}, Sides: []string{"bull", "none"}, From: bar(20).OpenTime, To: bar(60).OpenTime, Limit: 8}, 4)
		if len(due) != 30 || !slices.EqualFunc(got, due, same) {
			t.Errorf("filtered: %d events, want %d", len(got), len(due))
		}
		if got := list(server.EventFilter{Series: all, Sides: []string{"bear"}, Limit: 8}, 1); len(got) != 0 {
			t.Errorf("bear: %d events, want none", len(got))
		}
		for _, cursor := range []string{"x", "MSAx", "!"} {
			if _, err := s.Events(t.Context(), server.EventFilter{Series: all, Limit: 5, Cursor: cursor}); server.CodeOf(err) != server.CodeInvalid {
				t.Errorf("cursor %q: %v, want it refused", cursor, err)
			}
		}
	})
}

func TestReplayFromASeq(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		var got log
		tail := s.Tail(got.add)
		tail.FollowFrom(s.Partition(hour.Market), "")
		stop := run(t, tail)
		committed := commits(lease(t, s, "a", hour), hour, 0, 100)
		events := 0
		for _, c := range committed {
			events += len(c.Events)
		}
		mustCommit(t, s, committed)
		storetest.Eventually(t, time.Minute, "all entries are delivered", func() bool {
			return len(got.of(server.BarsChannel(hour))) == 100 && len(got.of(server.SignalsChannel(hour))) == events
		})
		stop()
		for _, channel := range []string{server.BarsChannel(hour), server.SignalsChannel(hour)} {
			due := got.of(channel)
			for _, from := range []int{1, 2, 3, 49, 50} {
				for _, limit := range []int{1, 2, 1000} {
					got, err := s.Replay(t.Context(), channel, int64(from), limit)
					want := due[from-1 : min(from-1+limit, len(due))]
					if err != nil || !slices.EqualFunc(got, want, sameEntry) {
						t.Fatalf("Replay(%s, %d, %d) = %d entries, %v; want those of the outbox, %d", channel, from, limit, len(got), err, len(want))
					}
				}
			}
			if got, err := s.Replay(t.Context(), channel, 1000, 10); err != nil || len(got) != 0 {
				t.Errorf("Replay(%s) past the end = %v, %v; want none", channel, got, err)
			}
		}
		if got, err := s.Replay(t.Context(), server.SignalsChannel(minute), 1, 10); err != nil || len(got) != 0 {
			t.Errorf("Replay of an unknown series = %v, %v; want none", got, err)
		}
		if _, err := s.Replay(t.Context(), "alerts:x", 1, 10); err == nil {
			t.Error("Replay of another channel: no error")
		}
	})
}

func sameEntry(a, b server.Entry) bool {
	return a.Channel == b.Channel && a.Type == b.Type && a.Seq == b.Seq && a.ID == b.ID && string(a.Body) == string(b.Body)
}
