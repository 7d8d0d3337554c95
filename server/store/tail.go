package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// tailBlock bounds how long one read waits, and so how soon a newly followed
// partition is read and how soon Run ends.
const tailBlock = 200 * time.Millisecond

// tailCount is the most entries of a partition one read takes.
const tailCount = 512

// Tail follows the outboxes and forming bars of partitions: one blocking read
// over all that are followed.
type Tail struct {
	store   *Store
	deliver func(server.Entry)

	mu   sync.Mutex
	at   map[string]string // guarded by mu: stream key to the id of the last entry delivered
	wake chan struct{}     // has room for one: something is followed
}

// Tail makes a tail that gives every entry to deliver, from one goroutine, those
// of a partition in commit order. Forming bars come as type "forming"; of them
// some may be missing. deliver must not block: it holds up every partition.
func (s *Store) Tail(deliver func(server.Entry)) *Tail {
	return &Tail{store: s, deliver: deliver, at: map[string]string{}, wake: make(chan struct{}, 1)}
}

// Follow adds partitions, from now on: whatever is committed after Follow has
// returned is delivered.
func (t *Tail) Follow(ctx context.Context, partitions ...int) error {
	p := t.store.client.Pipeline()
	newest := map[string]*redis.XMessageSliceCmd{}
	for _, partition := range partitions {
		for _, key := range [2]string{outboxKey(partition), liveKey(partition)} {
			newest[key] = p.XRevRangeN(ctx, key, "+", "-", 1)
		}
	}
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("follow partitions %v: %w", partitions, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, reply := range newest {
		if _, followed := t.at[key]; followed {
			continue
		}
		t.at[key] = "0-0"
		if last := reply.Val(); len(last) > 0 {
			t.at[key] = last[0].ID
		}
	}
	t.rouse()
	return nil
}

// FollowFrom adds a partition from a position on, as Position gave it; from the
// oldest entry kept where it is empty. One that is followed already goes on
// where it is.
func (t *Tail) FollowFrom(partition int, position string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, followed := t.at[outboxKey(partition)]; followed {
		return
	}
	t.at[outboxKey(partition)] = or(position, "0-0")
	t.at[liveKey(partition)] = "0-0"
	t.rouse()
}

// Unfollow drops a partition. An entry already read may still be delivered.
func (t *Tail) Unfollow(partition int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.at, outboxKey(partition))
	delete(t.at, liveKey(partition))
}

// Position is the place of the last entry of a followed partition's outbox that
// was delivered.
func (t *Tail) Position(partition int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at[outboxKey(partition)]
}

func (t *Tail) rouse() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. It keeps its place through outages of the store.
func (t *Tail) Run(ctx context.Context) error {
	t.store.tails.Add(1)
	defer t.store.tails.Done()
	pause := time.Duration(0)
	for ctx.Err() == nil {
		streams := t.streams()
		if len(streams) == 0 {
			select {
			case <-ctx.Done():
			case <-t.wake:
			}
			continue
		}
		err := t.read(ctx, streams)
		if err == nil || ctx.Err() != nil {
			pause = 0
			continue
		}
		if pause == 0 {
			t.store.options.Log.Warn("tail of the outbox is cut", "err", err)
		}
		pause = min(max(2*pause, 50*time.Millisecond), 2*time.Second)
		select {
		case <-ctx.Done():
		case <-time.After(rand.N(pause) + pause/2):
		}
	}
	return nil
}

// streams lists the followed streams and behind them their positions, as XREAD
// takes them.
func (t *Tail) streams() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	keys := make([]string, 0, 2*len(t.at))
	for key := range t.at {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys[:len(keys):len(keys)] {
		keys = append(keys, t.at[key])
	}
	return keys
}

func (t *Tail) read(ctx context.Context, streams []string) error {
	reply, err := t.store.reader.XRead(ctx, &redis.XReadArgs{Streams: streams, Count: tailCount, Block: tailBlock}).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, stream := range reply {
		for _, m := range stream.Messages {
			t.deliver(outboxEntry(m))
		}
		t.advance(stream.Stream, stream.Messages[len(stream.Messages)-1].ID)
	}
	return nil
}

// advance keeps the place, unless the stream was dropped meanwhile.
func (t *Tail) advance(key, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, followed := t.at[key]; followed {
		t.at[key] = id
	}
}

func outboxEntry(m redis.XMessage) server.Entry {
	text := func(field string) string { v, _ := m.Values[field].(string); return v }
	ms, _ := parseID(m.ID)
	return server.Entry{
		Channel: text("ch"), Type: text("t"), Seq: integer(m.Values["seq"]), ID: text("id"),
		Body: []byte(text("body")), At: time.UnixMilli(ms),
	}
}
