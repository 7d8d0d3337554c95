// Package store is all that touches Redis: keys, scripts, streams, and the
// embedded server that is used where no other is named. Streams are the truth;
// nothing rides on pub/sub.
package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Kind is what a store runs on.
type Kind string

const (
	Server Kind = "server" // a Redis named by a URL
	Child  Kind = "child"  // a redis-server of our own, kept in the data directory
	Memory Kind = "memory" // this process
)

// Store keeps candles, events, snapshots and leases. Safe for concurrent use.
type Store struct {
	client  redis.UniversalClient // never blocks
	reader  redis.UniversalClient // blocking reads only
	options Options
	kind    Kind
	epoch   string
	stop    func(context.Context) error // of the embedded server
	known   sync.Map                    // server.Series to *names
	seen    sync.Map                    // server.Series known to be watched
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
	s := &Store{options: o, stop: func(context.Context) error { return nil }}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(s.checkPolicy(ctx), s.fixMeta(ctx)); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	o.Log.Info("store is open", "kind", string(s.kind), "epoch", s.epoch, "partitions", o.Partitions)
	for _, lack := range s.Lacks() {
		o.Log.Warn("store lacks something", "kind", string(s.kind), "lack", lack)
	}
	return s, nil
}

// Close ends the connections and stops the embedded server after a last write
// to disk. Tails must have ended.
func (s *Store) Close(ctx context.Context) error {
	s.inboxes.close()
	s.tails.Wait()
	return errors.Join(s.client.Close(), s.reader.Close(), s.stop(ctx))
}

// Kind says what the store runs on.
func (s *Store) Kind() Kind { return s.kind }

// Lacks says in words what this kind of store cannot give.
func (s *Store) Lacks() []string {
	if s.kind == Memory {
		return []string{"nothing survives a restart", "one process only", "slower than a Redis server"}
	}
	return nil
}

// Epoch marks one unbroken life of the store's sequence numbers.
func (s *Store) Epoch() string { return s.epoch }

// Partitions is their number, fixed at the store's first start.
func (s *Store) Partitions() int { return s.options.Partitions }

// Partition is the place of a market.
func (s *Store) Partition(m server.Market) int { return m.Partition(s.options.Partitions) }

// Ping makes one round trip.
func (s *Store) Ping(ctx context.Context) error { return s.client.Ping(ctx).Err() }

// connect finds the server, or starts one, and makes both clients.
func (s *Store) connect(ctx context.Context) error {
	o := s.options
	address := o.URL
	switch binary := findServer(); {
	case o.URL != "":
		s.kind = Server
	case !o.Memory && binary != "":
		child, err := startChild(ctx, binary, o.Dir, o.Log)
		if err != nil {
			return err
		}
		s.kind, s.stop, address = Child, child.stop, child.url()
	default:
		o.Timeout = max(o.Timeout, memoryTimeout)
		var err error
		if s.stop, address, err = startMemory(); err != nil {
			return err
		}
		s.kind = Memory
	}
	parsed, err := redis.ParseURL(address)
	if err != nil {
		scheme, _, _ := strings.Cut(address, ":") // the rest may hold a password
		return server.Invalid("REDIS_URL", scheme+":…", "url", "redis://, rediss:// or unix:// and an address")
	}
	s.client = newClient(*parsed, o)
	s.reader = newClient(*parsed, o)
	if err := s.awaitReady(ctx); err != nil {
		return errors.Join(fmt.Errorf("store at %s: %w", parsed.Addr, err), s.Close(ctx))
	}
	return nil
}

// newClient makes a client that gives up soon, so that its owner decides when
// to try again.
func newClient(o redis.Options, own Options) redis.UniversalClient {
	o.Protocol = 2 // streams read the same everywhere, and nothing is pushed
	o.DisableIdentity = true
	o.DialerRetries = 1
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = own.Timeout, own.Timeout, own.Timeout
	o.MaxRetries = 1
	o.ContextTimeoutEnabled = true
	return redis.NewClient(&o)
}

// checkPolicy refuses a server that would throw keys away when it is full.
func (s *Store) checkPolicy(ctx context.Context) error {
	got, err := s.client.ConfigGet(ctx, "maxmemory-policy").Result()
	if err != nil { // forbidden by some hosts, unknown to the in-process server
		if s.kind == Server {
			s.options.Log.Warn("cannot read maxmemory-policy; it must be noeviction", "err", err)
		}
		return nil
	}
	if policy, ok := got["maxmemory-policy"]; ok && policy != "noeviction" {
		return fmt.Errorf("maxmemory-policy is %s, must be noeviction: anything else loses signals silently", policy)
	}
	return nil
}

// silence keeps the client library from writing to standard error: outages are
// told by those who meet them.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

var silenced sync.Once
