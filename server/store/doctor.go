package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Finding is something wrong with a store.
type Finding struct {
	Key     string
	Problem string
}

func (f Finding) String() string { return f.Key + ": " + f.Problem }

// Examined is what an examination looked at, and what it found wrong.
type Examined struct {
	Partitions   int
	Series       int
	Bars, Events int64
	Findings     []Finding
}

// Examine looks at a whole store, changes nothing, and says what is wrong with
// it. Monitors may run meanwhile. The error is of the examination itself.
func Examine(ctx context.Context, options Options) (Examined, error) {
	silenced.Do(func() { redis.SetLogger(silence{}) })
	s := &Store{options: options.withDefaults(), stop: func(context.Context) error { return nil }}
	if err := s.connect(ctx); err != nil {
		return Examined{}, err
	}
	e := &examination{store: s, series: map[server.Series]bool{}, heads: map[string]int64{}}
	err := e.run(ctx)
	return e.Examined, errors.Join(err, s.Close(ctx))
}

// examination is one in progress.
type examination struct {
	Examined
	store    *Store
	series   map[server.Series]bool // series that have any key
	alerts   []alertKey
	outboxes []int
	heads    map[string]int64 // channel to its head, from before its outbox is read
}

// alertKey is a key of an alert.
type alertKey struct {
	key       string
	partition int
	id        string
}

func (e *examination) found(key, format string, args ...any) {
	e.Findings = append(e.Findings, Finding{key, fmt.Sprintf(format, args...)})
}

func (e *examination) run(ctx context.Context) error {
	if err := e.store.checkPolicy(ctx); err != nil {
		e.found("maxmemory-policy", "%v", err)
	}
	known, err := e.meta(ctx)
	if err != nil || !known {
		return err
	}
	keys, err := e.keys(ctx)
	if err != nil {
		return err
	}
	for _, key := range keys {
		e.sort(key)
	}
	if err := e.leases(ctx); err != nil {
		return err
	}
	for _, s := range slices.SortedFunc(maps.Keys(e.series), bySeries) {
		if err := e.one(ctx, s); err != nil {
			return err
		}
	}
	if err := e.rules(ctx); err != nil {
		return err
	}
	if err := e.backlog(ctx); err != nil {
		return err
	}
	for _, p := range e.outboxes {
		if err := e.outbox(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// meta reads what the store was made with, and reports whether that is known.
func (e *examination) meta(ctx context.Context) (known bool, err error) {
	meta, err := e.store.client.HGetAll(ctx, metaKey()).Result()
	if err != nil {
		return false, err
	}
	if got := meta["schema"]; got != schema {
		e.found(metaKey(), "schema is %q, must be %q; nothing else is looked at", got, schema)
		return false, nil
	}
	partitions := int(integer(meta["partitions"]))
	if partitions < 1 || partitions > 100 {
		e.found(metaKey(), "partitions is %q, must be from 1 to 100; nothing else is looked at", meta["partitions"])
		return false, nil
	}
	if meta["epoch"] == "" {
		e.found(metaKey(), "epoch is missing")
	}
	e.Partitions = partitions
	e.store.options.Partitions, e.store.tags = partitions, makeTags(partitions)
	return true, nil
}

// keys lists all keys of the store, of every master.
func (e *examination) keys(ctx context.Context) (keys []string, err error) {
	var mu sync.Mutex
	scan := func(ctx context.Context, c redis.Cmdable) error {
		for _, pattern := range []string{"q:*", "{q:*"} {
			for from := uint64(0); ; {
				some, next, err := c.Scan(ctx, from, pattern, 1000).Result()
				if err != nil {
					return err
				}
				mu.Lock()
				keys = append(keys, some...)
				mu.Unlock()
				if from = next; from == 0 {
					break
				}
			}
		}
		return nil
	}
	if c, ok := e.store.client.(*redis.ClusterClient); ok {
		err = c.ForEachMaster(ctx, func(ctx context.Context, one *redis.Client) error { return scan(ctx, one) })
	} else {
		err = scan(ctx, e.store.client)
	}
	slices.Sort(keys)
	return slices.Compact(keys), err
}

// sort finds the place of a key.
func (e *examination) sort(key string) {
	tag := tagOf(key)
	p := slices.Index(e.store.tags, tag)
	rest, ok := strings.CutPrefix(key, "q:{"+tag+"}:")
	switch {
	case slices.Contains([]string{metaKey(), watchedKey(), configuredKey(), monitorsKey(), apiKeysKey()}, key) || strings.HasPrefix(key, bucketKey("")):
		return
	case !ok || tag == "":
		e.found(key, "orphan: no key of a store has this name")
		return
	case p < 0:
		e.found(key, "orphan: no partition has the tag %q", tag)
		return
	}
	kind, name, _ := strings.Cut(rest, ":")
	switch {
	case rest == "out":
		e.outboxes = append(e.outboxes, p)
	case slices.Contains([]string{"lease", "fence", "states", "live", "rules", "send", "due", "dead"}, rest):
	case len(kind) == 1 && strings.Contains("afl", kind):
		e.alerts = append(e.alerts, alertKey{key, p, name})
	case len(kind) == 1 && strings.Contains("cskvei", kind):
		s, err := server.ParseSeries(name)
		if err != nil {
			e.found(key, "orphan: %v", err)
			return
		}
		if due := e.store.Partition(s.Market); due != p {
			e.found(key, "wrong partition: %s is of partition %d, the key of %d", s.Market, due, p)
			return
		}
		e.series[s] = true
	default:
		e.found(key, "orphan: no key of a partition has this name")
	}
}

// leases looks for leases that never run out.
func (e *examination) leases(ctx context.Context) error {
	p := e.store.client.Pipeline()
	ends := make([]*redis.DurationCmd, e.Partitions)
	fences := make([]*redis.IntCmd, e.Partitions)
	for i := range ends {
		ends[i], fences[i] = p.TTL(ctx, e.store.tags.leaseKey(i)), p.Exists(ctx, e.store.tags.fenceKey(i))
	}
	if _, err := p.Exec(ctx); err != nil {
		return err
	}
	for i, end := range ends {
		if end.Val() == -1 {
			e.found(e.store.tags.leaseKey(i), "the lease never runs out: nobody can take it over")
		}
		if end.Val() > 0 && fences[i].Val() == 0 {
			e.found(e.store.tags.fenceKey(i), "there is a lease and no fence")
		}
	}
	return nil
}

// rules looks for keys of alerts that are no more. Ledgers outlive theirs, and
// expire by themselves.
func (e *examination) rules(ctx context.Context) error {
	for _, a := range e.alerts {
		known, err := e.store.client.HExists(ctx, e.store.tags.rulesKey(a.partition), a.id).Result()
		if err != nil {
			return err
		}
		if !known && a.key != e.store.tags.ledgerKey(a.partition, a.id) {
			e.found(a.key, "orphan: there is no alert %q", a.id)
		}
	}
	return nil
}

// backlog looks for deliveries that are due and lie about.
func (e *examination) backlog(ctx context.Context) error {
	_, err := e.store.backlog(ctx, func(partition int, part server.Backlog) {
		if late := part.Late(e.store.options.Late); late != nil {
			e.found(e.store.tags.sendKey(partition), "%v", late)
		}
	})
	return err
}
