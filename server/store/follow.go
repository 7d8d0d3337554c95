package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// followBlock bounds how long one read waits, and so how soon a newly followed
// stream is read and how soon run ends.
const followBlock = 200 * time.Millisecond

// follower reads any number of streams with one blocking read at a time and
// gives what comes to deliver, from one goroutine, each stream in order.
type follower struct {
	store   *Store
	count   int64 // most entries of a stream one read takes
	deliver func(key string, messages []redis.XMessage)

	mu   sync.Mutex
	at   map[string]string // guarded by mu: stream to the id of the last entry delivered
	wake chan struct{}     // has room for one: something is followed
}

func newFollower(s *Store, count int64, deliver func(string, []redis.XMessage)) *follower {
	return &follower{store: s, count: count, deliver: deliver, at: map[string]string{}, wake: make(chan struct{}, 1)}
}

// follow adds a stream, from behind an id. One that is followed goes on where it
// is.
func (f *follower) follow(key, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, followed := f.at[key]; !followed {
		f.at[key] = id
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// drop ends a stream. Entries already read may still be delivered.
func (f *follower) drop(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.at, key)
}

func (f *follower) position(key string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at[key]
}

// run delivers until ctx ends. It keeps its places through outages of the store.
func (f *follower) run(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		streams := f.streams()
		if len(streams) == 0 {
			select {
			case <-ctx.Done():
			case <-f.wake:
			}
			continue
		}
		err := f.read(ctx, streams)
		if err == nil || ctx.Err() != nil {
			pause = 0
			continue
		}
		if pause == 0 {
			f.store.options.Log.Warn("reading streams is cut", "err", err)
		}
		pause = min(max(2*pause, 50*time.Millisecond), 2*time.Second)
		select {
		case <-ctx.Done():
		case <-time.After(rand.N(pause) + pause/2):
		}
	}
}

// streams lists the followed streams and behind them their positions, as XREAD
// takes them.
func (f *follower) streams() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	keys := make([]string, 0, 2*len(f.at))
	for key := range f.at {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys[:len(keys):len(keys)] {
		keys = append(keys, f.at[key])
	}
	return keys
}

func (f *follower) read(ctx context.Context, streams []string) error {
	reply, err := f.store.reader.XRead(ctx, &redis.XReadArgs{Streams: streams, Count: f.count, Block: followBlock}).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, stream := range reply {
		f.deliver(stream.Stream, stream.Messages)
		f.advance(stream.Stream, stream.Messages[len(stream.Messages)-1].ID)
	}
	return nil
}

// advance keeps the place, unless the stream was dropped meanwhile.
func (f *follower) advance(key, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, followed := f.at[key]; followed {
		f.at[key] = id
	}
}
