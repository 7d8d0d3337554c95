package monitor_test

import (
	"fmt"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// BenchmarkMonitor catches up over 3000 bars of each series: engines with
// everything on, events, snapshots, commits to a local Redis.
func BenchmarkMonitor(b *testing.B) {
	file, err := feed.OpenCSV("../../core/cipher/testdata/walk.csv.gz")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	bars, err := feed.ReadCSV(file, feed.CSVOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, count := range []int{1, 16} {
		b.Run(fmt.Sprintf("series=%d", count), func(b *testing.B) {
			done := 0
			for b.Loop() {
				b.StopTimer()
				s := storetest.Open(b, storetest.Start(b), store.Options{})
				var list []server.Series
				for i := range count {
					list = append(list, series("file", fmt.Sprintf("S%d", i), 15*core.Minute))
					if err := s.Watch(b.Context(), server.Watched{Series: list[i]}); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
				stop := run(b, s, map[string]monitor.Feed{"file": feed.NewFile(bars)}, monitor.Options{})
				storetest.Eventually(b, 5*60*1e9, "all bars are committed", func() bool {
					heads, err := s.Heads(b.Context(), list...)
					if err != nil {
						b.Fatal(err)
					}
					for _, h := range heads {
						if h.Bars < int64(bars.Len()) {
							return false
						}
					}
					return true
				})
				b.StopTimer()
				stop()
				done += count * bars.Len()
				b.StartTimer()
			}
			b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "bars/s")
		})
	}
}
