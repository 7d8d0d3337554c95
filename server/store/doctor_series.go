package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// doctorPage is the most entries one read takes.
const doctorPage = 4096

// one looks at a series, as it stood when its state was read.
func (e *examination) one(ctx context.Context, series server.Series) error {
	e.Series++
	n := e.store.names(series)
	state, err := e.store.client.HMGet(ctx, n.state, "last", "bars", "signals", "snap").Result()
	if err != nil {
		return err
	}
	now := heads(state)
	e.heads[n.barsChannel], e.heads[n.signalsChannel] = now.Bars, now.Signals
	oldest, err := e.candles(ctx, series, n, now)
	if err != nil {
		return err
	}
	e.snapshot(n, state[3], now, oldest)
	if err := e.events(ctx, n, now); err != nil {
		return err
	}
	return e.checkpoints(ctx, n, now)
}

// entries gives a stream up to the bar of an open time, oldest first.
func (e *examination) entries(ctx context.Context, key string, last int64, each func(redis.XMessage)) error {
	for from := "-"; ; {
		page, err := e.store.client.XRangeN(ctx, key, from, strconv.FormatInt(last, 10), doctorPage).Result()
		if err != nil {
			return err
		}
		for _, m := range page {
			each(m)
		}
		if len(page) < doctorPage {
			return nil
		}
		from = "(" + page[len(page)-1].ID
	}
}

// candles holds the chain of bars together: their numbers follow each other, their
// times are at least an interval apart, and the last is the one the state names.
// Bars without a trade may be absent. It gives the number of the oldest bar kept.
func (e *examination) candles(ctx context.Context, series server.Series, n *names, now server.Heads) (oldest int64, err error) {
	var last core.Candle
	var seq, count int64
	err = e.entries(ctx, n.candles, max(now.OpenTime, 0), func(m redis.XMessage) {
		k, number, err := parseCandle(m)
		switch {
		case err != nil:
			e.found(n.candles, "%v", err)
			return
		case count == 0:
			oldest = number
		case number != seq+1:
			e.found(n.candles, "hole: bar %d, open_time %d, follows bar %d, open_time %d", number, k.OpenTime, seq, last.OpenTime)
		case k.OpenTime < last.OpenTime+int64(series.Interval):
			e.found(n.candles, "open_time %d is less than %s after %d", k.OpenTime, series.Interval, last.OpenTime)
		}
		if err := core.CheckPrices(k, int(number)); err != nil {
			e.found(n.candles, "%v", err)
		}
		last, seq = k, number
		count++
	})
	e.Bars += count
	switch {
	case err != nil:
	case now.Bars == 0:
		if length, err := e.store.client.XLen(ctx, n.candles).Result(); err != nil || length > 0 {
			e.found(n.candles, "orphan: %d bars of a series that has no state", length)
		}
	case last.OpenTime != now.OpenTime || seq != now.Bars:
		e.found(n.candles, "hole: the last bar is %d, open_time %d, and the series is at bar %d, open_time %d", seq, last.OpenTime, now.Bars, now.OpenTime)
	}
	return oldest, err
}

// snapshot holds the engines' state to the bars: it is never a whole step behind,
// and the bars since are kept, or nobody can go on from it.
func (e *examination) snapshot(n *names, place any, now server.Heads, oldest int64) {
	snap := snapshot(place, nil, nil)
	at := int64(0)
	if snap != nil {
		at = snap.Bars
	}
	switch {
	case at > now.Bars:
		e.found(n.state, "the snapshot is of bar %d, ahead of the series at bar %d", at, now.Bars)
	case now.Bars-at >= server.SnapshotEvery:
		e.found(n.state, "the snapshot is of bar %d, %d bars behind; one is due each %d", at, now.Bars-at, server.SnapshotEvery)
	case now.Bars > at && oldest > at+1:
		e.found(n.state, "the snapshot is of bar %d, and the oldest bar kept is %d: nobody can go on from it", at, oldest)
	}
}

// events holds the chain of events together, and to the state.
func (e *examination) events(ctx context.Context, n *names, now server.Heads) error {
	var last, count int64
	err := e.entries(ctx, n.events, now.OpenTime, func(m redis.XMessage) {
		seq := integer(m.Values["seq"])
		if count > 0 && seq != last+1 {
			e.found(n.events, "hole: event %d, of %s, follows event %d", seq, m.ID, last)
		}
		last = seq
		count++
	})
	e.Events += count
	if err == nil && last != now.Signals {
		e.found(n.events, "hole: the last event is %d, and the series is at event %d", last, now.Signals)
	}
	return err
}

// checkpoints looks for checkpoints that are missing.
func (e *examination) checkpoints(ctx context.Context, n *names, now server.Heads) error {
	last := int64(0)
	err := e.entries(ctx, n.checkpoints, now.OpenTime, func(m redis.XMessage) {
		snap := snapshot(m.Values["snap"], nil, nil)
		switch {
		case snap == nil || snap.Bars%server.CheckpointEvery != 0:
			e.found(n.checkpoints, "checkpoint %s is of no bar that has one", m.ID)
			return
		case last > 0 && snap.Bars != last+server.CheckpointEvery:
			e.found(n.checkpoints, "hole: the checkpoint of bar %d follows that of bar %d", snap.Bars, last)
		}
		last = snap.Bars
	})
	if due := now.Bars - now.Bars%server.CheckpointEvery; err == nil && last != due {
		e.found(n.checkpoints, "the last checkpoint is of bar %d, want bar %d", last, due)
	}
	return err
}

// outbox looks for messages that are missing: those of a channel follow each
// other, and the last is the channel's head. The oldest are trimmed away.
func (e *examination) outbox(ctx context.Context, partition int) error {
	key := e.store.tags.outboxKey(partition)
	at := map[string]int64{}
	for from := "-"; ; {
		page, err := e.store.client.XRangeN(ctx, key, from, "+", doctorPage).Result()
		if err != nil {
			return err
		}
		for _, m := range page {
			entry := outboxEntry(m)
			if entry.Corrects != 0 {
				continue
			}
			if last, before := at[entry.Channel]; before && entry.Seq != last+1 {
				e.found(key, "hole: message %d of %s follows message %d", entry.Seq, entry.Channel, last)
			}
			at[entry.Channel] = entry.Seq
		}
		if len(page) < doctorPage {
			break
		}
		from = "(" + page[len(page)-1].ID
	}
	for channel, last := range at {
		head, ok := e.heads[channel]
		switch {
		case !ok && strings.HasPrefix(channel, "alerts:"):
		case !ok:
			e.found(key, "orphan: messages of %s, which is no series of the partition", channel)
		case last < head:
			e.found(key, "hole: the last message of %s is %d, and its head is %d", channel, last, head)
		}
	}
	return nil
}
