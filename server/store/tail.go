package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Tail follows the outboxes and forming bars of partitions: one blocking read
// over all that are followed.
type Tail struct {
	streams *follower
}

// Tail makes a tail that gives every entry to deliver, from one goroutine, those
// of a partition in commit order. Forming bars come as type "forming"; of them
// some may be missing. deliver must not block: it holds up every partition.
func (s *Store) Tail(deliver func(server.Entry)) *Tail {
	f := newFollower(s, 512, func(_ string, messages []redis.XMessage) {
		for _, m := range messages {
			deliver(outboxEntry(m))
		}
	})
	f.durable = true
	f.lost = func(ctx context.Context, key, epoch, why string) error {
		if strings.HasSuffix(key, ":live") { // lossy on purpose
			return nil
		}
		return s.raise(ctx, epoch, why)
	}
	return &Tail{f}
}

// Follow adds partitions, from now on: whatever is committed after Follow has
// returned is delivered.
func (t *Tail) Follow(ctx context.Context, partitions ...int) error {
	p := t.streams.store.client.Pipeline()
	newest := map[string]*redis.XMessageSliceCmd{}
	for _, partition := range partitions {
		for _, key := range [2]string{t.streams.store.tags.outboxKey(partition), t.streams.store.tags.liveKey(partition)} {
			newest[key] = p.XRevRangeN(ctx, key, "+", "-", 1)
		}
	}
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("follow partitions %v: %w", partitions, err)
	}
	for key, reply := range newest {
		id := "0-0"
		if last := reply.Val(); len(last) > 0 {
			id = last[0].ID
		}
		t.streams.follow(key, id)
	}
	return nil
}

// FollowFrom adds a partition from a position on, as Position gave it; from the
// oldest entry kept where it is empty. One that is followed already goes on
// where it is.
func (t *Tail) FollowFrom(partition int, position string) {
	t.streams.follow(t.streams.store.tags.outboxKey(partition), or(position, "0-0"))
	t.streams.follow(t.streams.store.tags.liveKey(partition), "0-0")
}

// Unfollow drops a partition. An entry already read may still be delivered.
func (t *Tail) Unfollow(partition int) {
	t.streams.drop(t.streams.store.tags.outboxKey(partition))
	t.streams.drop(t.streams.store.tags.liveKey(partition))
}

// Position is the place of the last entry of a followed partition's outbox that
// was delivered.
func (t *Tail) Position(partition int) string {
	return t.streams.position(t.streams.store.tags.outboxKey(partition))
}

// Slowest gives the streams that were read the longest ago, and how long: all the
// tail follows, or on a cluster those of a partition. While it runs that is well
// below a second, as long as Redis answers and deliver returns.
func (t *Tail) Slowest() (streams string, ago time.Duration) {
	streams, ago = t.streams.slowest()
	return or(streams, "all"), ago
}

// Run delivers until ctx ends. It keeps its place through outages of the store.
func (t *Tail) Run(ctx context.Context) error {
	t.streams.store.tails.Add(1)
	defer t.streams.store.tails.Done()
	t.streams.run(ctx)
	return nil
}

func outboxEntry(m redis.XMessage) server.Entry {
	text := func(field string) string { v, _ := m.Values[field].(string); return v }
	ms, _ := parseID(m.ID)
	return server.Entry{
		Channel: text("ch"), Type: text("t"), Seq: integer(m.Values["seq"]), ID: text("id"),
		Body: []byte(text("body")), At: time.UnixMilli(ms), Corrects: integer(m.Values["corrects"]),
	}
}
