package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Backlog is what is to be delivered and is not. Oldest is an age by the entry's
// own id, which begins with when it was made due: that it goes from one sender's
// hands to another's makes it no younger.
func (s *Store) Backlog(ctx context.Context) (server.Backlog, error) {
	return s.backlog(ctx, func(int, server.Backlog) {})
}

// backlog tells each partition's part before it gives the whole.
func (s *Store) backlog(ctx context.Context, each func(partition int, part server.Backlog)) (server.Backlog, error) {
	type answers struct {
		all, due, dead *redis.IntCmd
		taken          *redis.XPendingCmd
		oldest         *redis.XMessageSliceCmd
		next           *redis.ZSliceCmd
	}
	p := s.client.Pipeline()
	clock, list := p.Time(ctx), make([]answers, s.options.Partitions)
	for i := range list {
		send, due := s.tags.sendKey(i), s.tags.dueKey(i)
		list[i] = answers{
			all: p.XLen(ctx, send), taken: p.XPending(ctx, send, senders), oldest: p.XRangeN(ctx, send, "-", "+", 1),
			due: p.ZCard(ctx, due), next: p.ZRangeWithScores(ctx, due, 0, 0), dead: p.XLen(ctx, s.tags.deadKey(i)),
		}
	}
	if _, err := p.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) && !redis.HasErrorPrefix(err, "NOGROUP") {
		return server.Backlog{}, fmt.Errorf("backlog of deliveries: %w", err)
	}
	var whole server.Backlog
	for i, a := range list {
		if err := a.taken.Err(); err != nil && !errors.Is(err, redis.Nil) && !redis.HasErrorPrefix(err, "NOGROUP") {
			return server.Backlog{}, fmt.Errorf("pending deliveries of partition %d: %w", i, err)
		}
		part := server.Backlog{Retrying: a.due.Val(), Dead: a.dead.Val()}
		if held := a.taken.Val(); held != nil { // nil before anybody joined the senders
			part.Pending = held.Count
		}
		part.Waiting = max(0, a.all.Val()-part.Pending)
		if first := a.oldest.Val(); len(first) > 0 {
			at, _ := parseID(first[0].ID)
			part.Oldest = clock.Val().Sub(time.UnixMilli(at))
		}
		if first := a.next.Val(); len(first) > 0 { // its time may have come, and nobody hands it over
			part.Oldest = max(part.Oldest, clock.Val().Sub(time.UnixMilli(int64(first[0].Score))))
		}
		each(i, part)
		whole = whole.Plus(part)
	}
	return whole, nil
}
