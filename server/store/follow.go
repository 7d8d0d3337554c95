package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// followBlock bounds how long one read waits, and so how soon a newly followed
// stream is read and how soon run ends.
const followBlock = 200 * time.Millisecond

// follower reads any number of streams with blocking reads and gives what comes
// to deliver, one call at a time, each stream in order. Streams that one command
// may name together are read together: all of them, or on a cluster those of a
// partition, since a cluster reads no two slots in one command.
type follower struct {
	store   *Store
	count   int64 // most entries of a stream one read takes
	deliver func(key string, messages []redis.XMessage)
	one     sync.Mutex // held while deliver runs

	// lost is told of a stream that Redis has lost the end of, and the epoch it was
	// read in; nil where streams may do so.
	lost func(ctx context.Context, key, epoch, why string) error

	// durable has what comes wait for the replicas, where any are to confirm it.
	durable bool

	mu     sync.Mutex
	groups map[string]map[string]string // guarded by mu: group to its streams, each with the id of the last entry delivered
	rounds map[string]time.Time         // guarded by mu: groups that have a reader, and when it last came round
	wake   chan struct{}                // has room for one: something is followed
}

func newFollower(s *Store, count int64, deliver func(string, []redis.XMessage)) *follower {
	return &follower{
		store: s, count: count, deliver: deliver,
		groups: map[string]map[string]string{}, rounds: map[string]time.Time{}, wake: make(chan struct{}, 1),
	}
}

// group is the name of the streams a stream is read with.
func (f *follower) group(key string) string {
	if f.store.kind == Cluster {
		return tagOf(key)
	}
	return ""
}

// follow adds a stream, from behind an id. One that is followed goes on where it
// is.
func (f *follower) follow(key, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	group := f.group(key)
	if f.groups[group] == nil {
		f.groups[group] = map[string]string{}
	}
	if _, followed := f.groups[group][key]; !followed {
		f.groups[group][key] = id
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
	delete(f.groups[f.group(key)], key)
}

func (f *follower) position(key string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.groups[f.group(key)][key]
}

// run delivers until ctx ends. It keeps its places through outages of the store.
func (f *follower) run(ctx context.Context) {
	var readers sync.WaitGroup
	defer readers.Wait()
	for {
		for _, group := range f.idle() {
			readers.Go(func() { f.read(ctx, group) })
		}
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		}
	}
}

// idle marks the groups that have streams and no reader as read, and lists them.
func (f *follower) idle() (groups []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for group, streams := range f.groups {
		if _, read := f.rounds[group]; len(streams) > 0 && !read {
			f.rounds[group] = time.Now()
			groups = append(groups, group)
		}
	}
	return groups
}

// read reads a group until it has no stream or ctx ends. Once in a while, and
// after an outage, the places it has come to are compared with what Redis holds.
func (f *follower) read(ctx context.Context, group string) {
	var cut bool
	epoch, compared := f.store.Epoch(), time.Now()
	pause := time.Duration(0)
	for {
		streams := f.streams(ctx, group)
		if streams == nil {
			return
		}
		var err error
		if cut || time.Since(compared) > lookEvery {
			if err = f.compare(ctx, group, streams, epoch); err == nil {
				epoch, compared = f.store.Epoch(), time.Now()
			}
		} else {
			err = f.once(ctx, group, streams)
		}
		if err == nil || ctx.Err() != nil {
			f.round(group)
			cut, pause = false, 0
			continue
		}
		if !cut {
			cut = true
			f.store.options.Log.Warn("reading streams is cut", "streams", or(group, "all"), "err", err)
		}
		pause = min(max(2*pause, 50*time.Millisecond), time.Second)
		select {
		case <-ctx.Done():
		case <-time.After(rand.N(pause) + pause/2):
		}
	}
}

// round notes that the reader of a group has come round: it was answered, and
// what came is delivered.
func (f *follower) round(group string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rounds[group] = time.Now()
}

// slowest gives the group whose reader came round the longest ago.
func (f *follower) slowest() (group string, ago time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for g, at := range f.rounds {
		if since := time.Since(at); since > ago {
			group, ago = g, since
		}
	}
	return group, ago
}

// streams lists the streams of a group and behind them their positions, as XREAD
// takes them; none, where the reader is to end, of which it makes a note.
func (f *follower) streams(ctx context.Context, group string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.groups[group]
	if len(at) == 0 || ctx.Err() != nil {
		delete(f.rounds, group)
		return nil
	}
	keys := make([]string, 0, 2*len(at))
	for key := range at {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys[:len(keys):len(keys)] {
		keys = append(keys, at[key])
	}
	return keys
}

// once makes one read. The library would wait ten seconds more than asked for an
// answer, and so for a server that will never give one.
func (f *follower) once(ctx context.Context, group string, streams []string) error {
	ctx, cancel := context.WithTimeout(ctx, followBlock+f.store.options.Timeout)
	defer cancel()
	reply, err := f.store.reader.XRead(ctx, &redis.XReadArgs{Streams: streams, Count: f.count, Block: followBlock}).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return err
	}
	if f.durable {
		places := make([]place, len(reply))
		for i, stream := range reply {
			places[i] = place{stream.Stream, stream.Messages[len(stream.Messages)-1].ID}
		}
		if err := errors.Join(f.store.replicated(ctx, places)...); err != nil {
			return err
		}
	}
	f.one.Lock()
	defer f.one.Unlock()
	for _, stream := range reply {
		f.deliver(stream.Stream, stream.Messages)
		f.advance(group, stream.Stream, stream.Messages[len(stream.Messages)-1].ID)
	}
	return nil
}

// compare looks for streams that end before the place we have come to: Redis has
// lost their ends. They are taken up where they end now.
func (f *follower) compare(ctx context.Context, group string, streams []string, epoch string) error {
	if f.lost == nil {
		return nil
	}
	p := f.store.client.Pipeline()
	keys := streams[:len(streams)/2]
	newest := make([]*redis.XMessageSliceCmd, len(keys))
	for i, key := range keys {
		newest[i] = p.XRevRangeN(ctx, key, "+", "-", 1)
	}
	if _, err := p.Exec(ctx); err != nil {
		return err
	}
	for i, key := range keys {
		end := "0-0"
		if last := newest[i].Val(); len(last) > 0 {
			end = last[0].ID
		}
		if at := streams[len(keys)+i]; lower(end, at) {
			if err := f.lost(ctx, key, epoch, fmt.Sprintf("%s went back from %s to %s", key, at, end)); err != nil {
				return err
			}
			f.advance(group, key, end)
		}
	}
	return nil
}

// lower compares ids of stream entries.
func lower(a, b string) bool {
	ms, ordinal := parseID(a)
	otherMs, other := parseID(b)
	return ms < otherMs || ms == otherMs && ordinal < other
}

// advance keeps the place, unless the stream was dropped meanwhile.
func (f *follower) advance(group, key, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, followed := f.groups[group][key]; followed {
		f.groups[group][key] = id
	}
}
