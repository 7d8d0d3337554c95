package store

import (
	"fmt"

	"github.com/quantum-signals/quantum/server"
)

// Every key name is one of these functions. A partition's keys share a hash
// tag, so that they live in one slot of a cluster and one script may touch them
// together.

// metaKey holds what is fixed at the first start: partitions, schema, epoch.
// Never trimmed: three fields.
func metaKey() string { return "q:meta" }

// watchedKey holds the watched series, each with its note. One field a series.
func watchedKey() string { return "q:watched" }

// configuredKey is the set of those watched series the configuration named when
// it was last applied. One member a series.
func configuredKey() string { return "q:configured" }

func tag(partition int) string { return fmt.Sprintf("q:{p%02d}:", partition) }

// leaseKey holds the owner of a partition and expires with the lease.
func leaseKey(partition int) string { return tag(partition) + "lease" }

// fenceKey counts how often the lease was taken. It never goes back.
func fenceKey(partition int) string { return tag(partition) + "fence" }

// statesKey holds the state of each market of a partition and expires with the
// lease.
func statesKey(partition int) string { return tag(partition) + "states" }

// outboxKey is the stream of committed messages in commit order, trimmed by time.
func outboxKey(partition int) string { return tag(partition) + "out" }

// liveKey is the stream of forming bars, kept short.
func liveKey(partition int) string { return tag(partition) + "live" }

// candlesKey is the stream of a series' closed candles, trimmed by count.
func candlesKey(partition int, s server.Series) string { return seriesKey(partition, "c", s) }

// stateKey is the hash of a series: last open time, seqs, snapshots, forming bar.
func stateKey(partition int, s server.Series) string { return seriesKey(partition, "s", s) }

// checkpointsKey is the stream of a series' kept snapshots, trimmed by count.
func checkpointsKey(partition int, s server.Series) string { return seriesKey(partition, "k", s) }

// eventsKey is the stream of a series' events, trimmed by count.
func eventsKey(partition int, s server.Series) string { return seriesKey(partition, "e", s) }

// inboxKey is the stream of pushed bars not yet committed; bounded, and trimmed
// by each commit.
func inboxKey(partition int, s server.Series) string { return seriesKey(partition, "i", s) }

func seriesKey(partition int, kind string, s server.Series) string {
	return tag(partition) + kind + ":" + s.String()
}

// names are the keys and channels of one series, made once.
type names struct {
	partition                                          int
	candles, state, checkpoints, events, inbox         string
	lease, fence, outbox, live                         string
	barsChannel, signalsChannel, formingChannel, title string
}

// names gives the names of a series.
func (s *Store) names(series server.Series) *names {
	if known, ok := s.known.Load(series); ok {
		return known.(*names)
	}
	p := s.Partition(series.Market)
	made, _ := s.known.LoadOrStore(series, &names{
		partition: p,
		candles:   candlesKey(p, series), state: stateKey(p, series), checkpoints: checkpointsKey(p, series),
		events: eventsKey(p, series), inbox: inboxKey(p, series),
		lease: leaseKey(p), fence: fenceKey(p), outbox: outboxKey(p), live: liveKey(p),
		barsChannel: server.BarsChannel(series), signalsChannel: server.SignalsChannel(series),
		formingChannel: server.FormingChannel(series), title: series.String(),
	})
	return made.(*names)
}
