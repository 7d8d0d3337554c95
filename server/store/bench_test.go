package store_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// BenchmarkCommit commits bars of 64 series to a local Redis with its append-only
// file, one event and a snapshot every 32nd bar, as a monitor does.
func BenchmarkCommit(b *testing.B) {
	for _, batch := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			s := storetest.Open(b, storetest.Start(b), store.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			all := make([]int, s.Partitions())
			for i := range all {
				all[i] = i
			}
			leases, err := s.Acquire(b.Context(), "a", time.Hour, all)
			if err != nil {
				b.Fatal(err)
			}
			const count = 64
			snapshot := &server.Snapshot{Cipher: bytes.Repeat([]byte{1}, 3192), Volume: bytes.Repeat([]byte{2}, 18_000)}
			next := make([]server.Commit, count)
			for i := range next {
				series := server.Series{Market: server.Market{Source: "bench", Symbol: fmt.Sprintf("S%d", i)}, Interval: core.Minute}
				next[i] = server.Commit{Lease: leases[s.Partition(series.Market)], Series: series, Candle: bar(0)}
			}
			sent, commits := 0, make([]server.Commit, batch)
			for b.Loop() {
				for i := range commits {
					c := &next[(sent+i)%count]
					n := (sent+i)/count + 1
					c.After, c.Snapshot = 0, nil
					if n > 1 {
						c.After = c.Candle.OpenTime
					}
					c.Candle = bar(n)
					c.Events = []server.Event{{ID: "e_0123456789abcdef012345", Kind: "volume.poc_shift", Side: "bull", OpenTime: c.Candle.OpenTime, Price: c.Candle.Close}}
					if n%server.SnapshotEvery == 0 {
						c.Snapshot = snapshot
					}
					commits[i] = *c
				}
				sent += batch
				for _, answer := range s.Commit(b.Context(), commits) {
					if answer.Err != nil {
						b.Fatal(answer.Err)
					}
				}
			}
			b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "bars/s")
		})
	}
}
