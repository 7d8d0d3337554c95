// Package store is all that touches Redis: keys, scripts, streams, and the
// embedded server that is used where no other is named. Streams are the truth;
// nothing rides on pub/sub.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Kind is what a store runs on.
type Kind string

const (
	Server   Kind = "server"   // a Redis named by a URL
	Sentinel Kind = "sentinel" // the Redis that sentinels name
	Cluster  Kind = "cluster"  // a Redis Cluster
	Child    Kind = "child"    // a redis-server of our own, kept in the data directory
	Memory   Kind = "memory"   // this process
)

// Store keeps candles, events, snapshots and leases. Safe for concurrent use.
type Store struct {
	client  redis.UniversalClient // never blocks
	reader  redis.UniversalClient // blocking reads only
	options Options
	kind    Kind
	tags    tags
	stop    func(context.Context) error // of the embedded server
	known   sync.Map                    // server.Series to *names
	asked   sync.Map                    // server.Series known to be watched
	past    continuity
	looking context.CancelFunc
	looks   sync.WaitGroup
	tails   sync.WaitGroup
	inboxes inboxes
}

// Open connects to the store, starting an embedded one where no URL is given,
// and checks what the store was made with. Close it.
func Open(ctx context.Context, options Options) (*Store, error) {
	silenced.Do(func() { redis.SetLogger(silence{}) })
	o := options.withDefaults()
	if o.Partitions < 1 || o.Partitions > 100 {
		return nil, server.Invalid("partitions", o.Partitions, "range", "from 1 to 100")
	}
	if o.URL == "" && o.Replicas > 0 {
		return nil, server.Invalid("REDIS_REPLICAS", o.Replicas, "max", "0 where REDIS_URL is empty: an embedded store has no replicas")
	}
	s := &Store{
		options: o, tags: makeTags(o.Partitions), stop: func(context.Context) error { return nil },
		past: continuity{marks: map[server.Series]mark{}},
	}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(s.checkPolicy(ctx), s.fixMeta(ctx)); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	looking, end := context.WithCancel(context.WithoutCancel(ctx))
	s.looking = end
	s.looks.Go(func() { s.keepLooking(looking) })
	o.Log.Info("store is open", "kind", string(s.kind), "epoch", s.Epoch(), "partitions", o.Partitions)
	for _, lack := range s.Lacks() {
		o.Log.Warn("store lacks something", "kind", string(s.kind), "lack", lack)
	}
	return s, nil
}

// Close ends the connections and stops the embedded server after a last write
// to disk. Tails must have ended.
func (s *Store) Close(ctx context.Context) error {
	if s.looking != nil {
		s.looking()
	}
	s.looks.Wait()
	s.inboxes.close()
	s.tails.Wait()
	return errors.Join(s.client.Close(), s.reader.Close(), s.stop(ctx))
}

// named reports whether the server is one a URL names.
func (s *Store) named() bool { return s.kind != Child && s.kind != Memory }

// Kind says what the store runs on.
func (s *Store) Kind() Kind { return s.kind }

// Lacks says in words what this kind of store cannot give.
func (s *Store) Lacks() []string {
	if s.kind == Memory {
		return []string{"nothing survives a restart", "one process only", "slower than a Redis server"}
	}
	return nil
}

// Partitions is their number, fixed at the store's first start.
func (s *Store) Partitions() int { return s.options.Partitions }

// Partition is the place of a market.
func (s *Store) Partition(m server.Market) int { return m.Partition(s.options.Partitions) }

// Ping makes one round trip.
func (s *Store) Ping(ctx context.Context) error { return s.client.Ping(ctx).Err() }

// connect finds the server, or starts one, and makes both clients.
func (s *Store) connect(ctx context.Context) error {
	o := s.options
	text := o.URL
	switch binary := findServer(); {
	case o.URL != "":
	case !o.Memory && binary != "":
		child, err := startChild(ctx, binary, o.Dir, o.Fsync, o.Log)
		if err != nil {
			return err
		}
		s.kind, s.stop, text = Child, child.stop, child.url()
	default:
		o.Timeout = max(o.Timeout, memoryTimeout)
		var err error
		if s.stop, text, err = startMemory(); err != nil {
			return err
		}
		s.kind = Memory
	}
	at, err := parseAddress(text)
	if err != nil {
		return err
	}
	s.kind = or(s.kind, at.kind())
	s.client = at.client(o.Timeout, writers, 1)
	// Of a cluster each partition is read by itself, perhaps all from one server.
	// The library repeats nothing: an outage it hid would hide what was lost in it.
	s.reader = at.client(o.Timeout, 4*o.Partitions, -1)
	if err := s.awaitReady(ctx); err != nil {
		return errors.Join(fmt.Errorf("store at %s: %w", at, err), s.Close(ctx))
	}
	return nil
}

// writers is the most connections to one server that do not block.
const writers = 32

// checkPolicy refuses a server that would throw keys away when it is full, and
// warns of one that writes nothing to disk. Of a
// cluster every server is asked: any may become a master.
func (s *Store) checkPolicy(ctx context.Context) error {
	check := func(ctx context.Context, c redis.Cmdable) error {
		got, err := c.ConfigGet(ctx, "maxmemory-policy").Result()
		if err != nil { // forbidden by some hosts, unknown to the in-process server
			if s.named() {
				s.options.Log.Warn("cannot read maxmemory-policy; it must be noeviction", "err", err)
			}
			return nil
		}
		if policy, ok := got["maxmemory-policy"]; ok && policy != "noeviction" {
			return fmt.Errorf("maxmemory-policy is %s, must be noeviction: anything else loses signals silently", policy)
		}
		if got, err := c.ConfigGet(ctx, "appendonly").Result(); err == nil && got["appendonly"] == "no" {
			s.options.Log.Warn("appendonly is no: a server that ends takes with it what was announced")
		}
		return nil
	}
	if c, ok := s.client.(*redis.ClusterClient); ok {
		return c.ForEachShard(ctx, func(ctx context.Context, one *redis.Client) error { return check(ctx, one) })
	}
	return check(ctx, s.client)
}

// silence keeps the client library from writing to standard error: outages are
// told by those who meet them.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

var silenced sync.Once
