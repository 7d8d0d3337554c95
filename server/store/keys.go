package store

import "github.com/quantum-signals/quantum/server"

// Every key name is one of these functions.

// metaKey holds what is fixed at the first start: partitions, schema, epoch.
// Never trimmed: three fields.
func metaKey() string { return "q:meta" }

// watchedKey holds the watched series, each with its note. One field a series.
// Its hash tag puts it into the slot of metaKey: they are lost together or not
// at all.
func watchedKey() string { return "{q:meta}:watched" }

// configuredKey is the set of those watched series the configuration named when
// it was last applied. One member a series.
func configuredKey() string { return "{q:meta}:configured" }

func (t tags) key(partition int, rest string) string { return "q:{" + t[partition] + "}:" + rest }

// leaseKey holds the owner of a partition and expires with the lease.
func (t tags) leaseKey(partition int) string { return t.key(partition, "lease") }

// fenceKey counts how often the lease was taken. It never goes back.
func (t tags) fenceKey(partition int) string { return t.key(partition, "fence") }

// statesKey holds the state of each market of a partition and expires with the
// lease.
func (t tags) statesKey(partition int) string { return t.key(partition, "states") }

// outboxKey is the stream of committed messages in commit order, trimmed by time.
func (t tags) outboxKey(partition int) string { return t.key(partition, "out") }

// liveKey is the stream of forming bars, kept short.
func (t tags) liveKey(partition int) string { return t.key(partition, "live") }

// candlesKey is the stream of a series' closed candles, trimmed by count.
func (t tags) candlesKey(partition int, s server.Series) string {
	return t.key(partition, "c:"+s.String())
}

// stateKey is the hash of a series: last open time, seqs, snapshots, forming bar.
func (t tags) stateKey(partition int, s server.Series) string {
	return t.key(partition, "s:"+s.String())
}

// checkpointsKey is the stream of a series' kept snapshots, trimmed by count.
func (t tags) checkpointsKey(partition int, s server.Series) string {
	return t.key(partition, "k:"+s.String())
}

// volumesKey is the stream of Quantum Volume's part of the newest checkpoints,
// under their ids, trimmed by count.
func (t tags) volumesKey(partition int, s server.Series) string {
	return t.key(partition, "v:"+s.String())
}

// eventsKey is the stream of a series' events, trimmed by count.
func (t tags) eventsKey(partition int, s server.Series) string {
	return t.key(partition, "e:"+s.String())
}

// inboxKey is the stream of pushed bars not yet committed; bounded, and trimmed
// by each commit.
func (t tags) inboxKey(partition int, s server.Series) string {
	return t.key(partition, "i:"+s.String())
}

// rulesKey is the hash of a partition's alerts by id, and the revision of them
// all. Bounded by their number.
func (t tags) rulesKey(partition int) string { return t.key(partition, "rules") }

// alertKey is the hash of an alert's state; gone with the alert.
func (t tags) alertKey(partition int, id string) string { return t.key(partition, "a:"+id) }

// firedKey is the stream of an alert's messages, trimmed by count; gone with the
// alert.
func (t tags) firedKey(partition int, id string) string { return t.key(partition, "f:"+id) }

// ledgerKey is the stream of an alert's attempts at its webhook, trimmed by time
// and expiring by itself.
func (t tags) ledgerKey(partition int, id string) string { return t.key(partition, "l:"+id) }

// sendKey is the stream of deliveries that are due; each is taken out when it is
// settled.
func (t tags) sendKey(partition int) string { return t.key(partition, "send") }

// dueKey is the sorted set of deliveries to be tried again, by time. At most one
// an alert, and those asked for again.
func (t tags) dueKey(partition int) string { return t.key(partition, "due") }

// deadKey is the stream of dead letters, trimmed by count.
func (t tags) deadKey(partition int) string { return t.key(partition, "dead") }

// names are the keys and channels of one series, made once.
type names struct {
	partition                                          int
	candles, state, checkpoints, events, inbox         string
	volumes                                            string
	lease, fence, outbox, live                         string
	barsChannel, signalsChannel, formingChannel, title string
}

// names gives the names of a series.
func (s *Store) names(series server.Series) *names {
	if known, ok := s.known.Load(series); ok {
		return known.(*names)
	}
	p, t := s.Partition(series.Market), s.tags
	made, _ := s.known.LoadOrStore(series, &names{
		partition: p,
		candles:   t.candlesKey(p, series), state: t.stateKey(p, series), checkpoints: t.checkpointsKey(p, series), volumes: t.volumesKey(p, series),
		events: t.eventsKey(p, series), inbox: t.inboxKey(p, series),
		lease: t.leaseKey(p), fence: t.fenceKey(p), outbox: t.outboxKey(p), live: t.liveKey(p),
		barsChannel: server.BarsChannel(series), signalsChannel: server.SignalsChannel(series),
		formingChannel: server.FormingChannel(series), title: series.String(),
	})
	return made.(*names)
}

// Key is the key of a series' candles, for tools that look at a Redis by
// themselves.
func (s *Store) Key(series server.Series) string { return s.names(series).candles }
