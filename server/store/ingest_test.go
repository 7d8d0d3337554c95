package store_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

var pushed = server.Series{Market: server.Market{Source: "ingest", Symbol: "X"}, Interval: core.Hour}

func pushes(from, to int) []server.IngestBar {
	var list []server.IngestBar
	for i := from; i < to; i++ {
		list = append(list, server.IngestBar{Candle: bar(i)})
	}
	return list
}

func TestIngestIsOrderedAndIdempotent(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		push := func(list []server.IngestBar) server.Ingested {
			t.Helper()
			got, err := s.Ingest(t.Context(), pushed, list)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got, want := push(pushes(0, 1500)), (server.Ingested{Accepted: 1500, Last: bar(1499).OpenTime}); got != want {
			t.Errorf("first push = %+v, want %+v", got, want)
		}
		mustCommit(t, s, commits(lease(t, s, "a", pushed), pushed, 0, 500)) // trims the inbox behind it
		if got, want := push(pushes(400, 1501)), (server.Ingested{Accepted: 1, Duplicates: 1100, Last: bar(1500).OpenTime}); got != want {
			t.Errorf("overlapping push = %+v, want %+v", got, want)
		}
		named := server.IngestBar{Candle: bar(1503), After: new(int64)}
		*named.After = bar(1500).OpenTime
		if got, want := push([]server.IngestBar{named}), (server.Ingested{Accepted: 1, Last: bar(1503).OpenTime}); got != want {
			t.Errorf("push over missing bars = %+v, want %+v", got, want)
		}
		waiting, err := s.Inbox(t.Context(), pushed, 0, 5000)
		if err != nil || len(waiting) != 1002 || waiting[0] != bar(500) {
			t.Errorf("inbox holds %d bars, %v; want 1002 from bar 500 on", len(waiting), err)
		}
		if none, err := s.Inbox(t.Context(), pushed, bar(1503).OpenTime, 10); err != nil || len(none) != 0 {
			t.Errorf("inbox behind its end = %v, %v; want none", none, err)
		}
		watched, err := s.Watched(t.Context())
		if err != nil || len(watched) != 1 || watched[0].Series != pushed {
			t.Errorf("Watched = %v, %v; want the pushed series", watched, err)
		}
	})
}

func TestIngestRefusesAndSaysWhereTheSeriesStands(t *testing.T) {
	storetest.OnEvery(t, store.Options{Retention: store.Retention{Inbox: 12}}, func(t *testing.T, s *store.Store) {
		if _, err := s.Ingest(t.Context(), pushed, pushes(0, 10)); err != nil {
			t.Fatal(err)
		}
		changed := server.IngestBar{Candle: bar(4)}
		changed.Candle.Volume++
		inBatch := server.IngestBar{Candle: bar(10)}
		inBatch.Candle.Volume++
		skipped := server.IngestBar{Candle: bar(12), After: new(int64)}
		*skipped.After = bar(11).OpenTime
		between := server.IngestBar{Candle: bar(10)}
		between.Candle.OpenTime -= 1000
		last := bar(9).OpenTime
		for _, tt := range []struct {
			name string
			bars []server.IngestBar
			want server.Conflict
		}{
			{"other values", []server.IngestBar{changed}, server.Conflict{OpenTime: bar(4).OpenTime, Last: last, Differs: true}},
			{"other values in one push", []server.IngestBar{{Candle: bar(10)}, inBatch}, server.Conflict{OpenTime: bar(10).OpenTime, Last: bar(10).OpenTime, Differs: true}},
			{"a predecessor that is not there", []server.IngestBar{skipped}, server.Conflict{OpenTime: bar(12).OpenTime, After: bar(11).OpenTime, Last: last}},
			{"older than all", []server.IngestBar{{Candle: core.Candle{OpenTime: 1}}}, server.Conflict{OpenTime: 1, Last: last}},
			{"before the last one closes", []server.IngestBar{between}, server.Conflict{OpenTime: between.Candle.OpenTime, Last: last}},
		} {
			_, err := s.Ingest(t.Context(), pushed, tt.bars)
			tt.want.Series = pushed
			var conflict *server.Conflict
			if !errors.As(err, &conflict) || *conflict != tt.want || server.CodeOf(err) != server.CodeConflict {
				t.Errorf("%s: %v, want %v", tt.name, err, &tt.want)
			}
		}
		if _, err := s.Ingest(t.Context(), pushed, pushes(10, 13)); server.CodeOf(err) != server.CodeUnavailable {
			t.Errorf("a full inbox: %v, want unavailable", err)
		}
		nan := server.IngestBar{Candle: bar(10)}
		nan.Candle.High = math.NaN()
		var bad *core.Error
		if _, err := s.Ingest(t.Context(), pushed, []server.IngestBar{{Candle: bar(10)}, nan}); !errors.As(err, &bad) || bad.Field != "high" || bad.Index != 1 {
			t.Errorf("a high that is no number: %v, want bar 1 refused", err)
		}
		if waiting, err := s.Inbox(t.Context(), pushed, 0, 100); err != nil || len(waiting) != 10 {
			t.Errorf("inbox holds %d bars, %v; want 10: a refused push leaves nothing", len(waiting), err)
		}
	})
}

func TestAwaitInboxWakesForABarBehindTheGivenOne(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		if _, err := s.Ingest(t.Context(), pushed, pushes(0, 3)); err != nil {
			t.Fatal(err)
		}
		if err := s.AwaitInbox(t.Context(), pushed, bar(1).OpenTime); err != nil {
			t.Errorf("a bar is there: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := s.AwaitInbox(ctx, pushed, bar(2).OpenTime); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no bar is there: %v, want %v", err, context.DeadlineExceeded)
		}
		woken := make(chan error)
		go func() { woken <- s.AwaitInbox(t.Context(), pushed, bar(2).OpenTime) }()
		if _, err := s.Ingest(t.Context(), pushed, pushes(3, 4)); err != nil {
			t.Fatal(err)
		}
		if err := <-woken; err != nil {
			t.Errorf("a bar came: %v", err)
		}
	})
}

func TestMarketsTellTheirState(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		quarter := server.Series{Market: hour.Market, Interval: core.Hour / 4}
		for _, w := range []server.Watched{{Series: hour, Note: "simulated"}, {Series: quarter, Note: "simulated"}, {Series: minute}} {
			if err := s.Watch(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		l := lease(t, s, "a", hour)
		mustCommit(t, s, commits(l, hour, 0, 2))
		if err := s.SetStates(t.Context(), l, map[server.Market]server.State{hour.Market: server.Live}); err != nil {
			t.Fatal(err)
		}
		markets, err := s.Markets(t.Context())
		if err != nil || len(markets) != 2 {
			t.Fatalf("Markets = %v, %v; want two", markets, err)
		}
		if m := markets[0]; m.Market != minute.Market || m.State != server.Stale || m.Last[0] != 0 {
			t.Errorf("a market nobody runs is %+v, want it stale", m)
		}
		m := markets[1]
		if m.State != server.Live || m.Note != "simulated" || len(m.Intervals) != 2 || m.Intervals[0] != quarter.Interval || m.Last[0] != 0 || m.Last[1] != bar(1).OpenTime {
			t.Errorf("the running market is %+v", m)
		}
		if err := s.Release(t.Context(), []server.Lease{l}); err != nil {
			t.Fatal(err)
		}
		if err := s.Unwatch(t.Context(), quarter); err != nil {
			t.Fatal(err)
		}
		if markets, err = s.Markets(t.Context()); err != nil || markets[1].State != server.Stale || len(markets[1].Intervals) != 1 {
			t.Errorf("after the release: %+v, %v; want it stale, at one interval", markets, err)
		}
	})
}

func TestAConfigurationStopsWhatItNamesNoMore(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		if _, err := s.Ingest(t.Context(), pushed, pushes(0, 1)); err != nil {
			t.Fatal(err)
		}
		for _, list := range [][]server.Watched{{{Series: hour}, {Series: minute}}, {{Series: minute, Note: "new"}}, {}} {
			if err := s.Configure(t.Context(), list); err != nil {
				t.Fatal(err)
			}
			got, err := s.Watched(t.Context())
			if err != nil || len(got) != len(list)+1 {
				t.Fatalf("Watched = %v, %v; want %v and the pushed series", got, err, list)
			}
			for _, w := range list {
				if !slices.Contains(got, w) {
					t.Errorf("Watched = %v, want %v among them", got, w)
				}
			}
		}
	})
}
