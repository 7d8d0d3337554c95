package store

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Inbox gives pushed bars of a series that open after the given time and are
// not yet committed, oldest first, at most limit.
func (s *Store) Inbox(ctx context.Context, series server.Series, after int64, limit int) ([]core.Candle, error) {
	messages, err := s.client.XRangeN(ctx, s.names(series).inbox, strconv.FormatInt(after+1, 10), "+", int64(limit)).Result()
	if err != nil {
		return nil, fmt.Errorf("inbox of %s: %w", series, err)
	}
	bars := make([]core.Candle, len(messages))
	for i, m := range messages {
		if bars[i], _, err = parseCandle(m); err != nil {
			return nil, err
		}
	}
	return bars, nil
}

// AwaitInbox waits until the inbox holds a bar of the series that opens after
// the given time, or ctx ends, whose error it then is. All who wait share one
// connection.
func (s *Store) AwaitInbox(ctx context.Context, series server.Series, after int64) error {
	key := s.names(series).inbox
	filled := s.inboxes.await(s, key, strconv.FormatInt(after, 10)+"-0")
	select {
	case <-filled:
		return nil
	case <-ctx.Done():
		s.inboxes.forget(key, filled)
		return ctx.Err()
	}
}

// inboxes waits for entries of many inboxes at once, from the first time it is
// asked until the store is closed.
type inboxes struct {
	mu      sync.Mutex
	streams *follower                // guarded by mu; nil before the first await
	waiting map[string]chan struct{} // guarded by mu: inbox to who waits; one series has one monitor
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func (w *inboxes) await(s *Store, key, id string) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.streams == nil {
		ctx, cancel := context.WithCancel(context.Background())
		w.streams, w.waiting, w.cancel = newFollower(s, 1, w.filled), map[string]chan struct{}{}, cancel
		streams := w.streams
		w.running.Go(func() { streams.run(ctx) })
	}
	filled, ok := w.waiting[key]
	if !ok {
		filled = make(chan struct{})
		w.waiting[key] = filled
		w.streams.follow(key, id)
	}
	return filled
}

// filled tells who waits for a stream, once.
func (w *inboxes) filled(key string, _ []redis.XMessage) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if waiting, ok := w.waiting[key]; ok {
		close(waiting)
		w.remove(key)
	}
}

func (w *inboxes) forget(key string, waiting chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting[key] == waiting {
		w.remove(key)
	}
}

func (w *inboxes) remove(key string) {
	delete(w.waiting, key)
	w.streams.drop(key)
}

func (w *inboxes) close() {
	w.mu.Lock()
	cancel := w.cancel
	w.mu.Unlock()
	if cancel != nil {
		cancel()
		w.running.Wait()
	}
}
