package chaostest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// Contents is what a store holds of its series, by key: of a stream one line an
// entry, of a hash one line. Times of writing, forming bars, revised ones and
// leases are left out: they differ from run to run.
type Contents map[string][]Item

// Item is one entry: what it is, and all it says.
type Item struct{ ID, Text string }

// Read reads all that a store holds.
func Read(ctx context.Context, client redis.UniversalClient) (Contents, error) {
	keys, err := allKeys(ctx, client)
	if err != nil {
		return nil, err
	}
	c := Contents{}
	for _, key := range keys {
		var err error
		switch _, rest, _ := strings.Cut(key, "}:"); {
		case strings.HasPrefix(rest, "c:"), strings.HasPrefix(rest, "e:"), strings.HasPrefix(rest, "k:"), strings.HasPrefix(rest, "v:"), rest == "out":
			err = c.stream(ctx, client, key, rest == "out")
		case strings.HasPrefix(rest, "s:"):
			err = c.hash(ctx, client, key)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return c, nil
}

func allKeys(ctx context.Context, client redis.UniversalClient) ([]string, error) {
	const pattern = "q:{*}:*"
	cluster, ok := client.(*redis.ClusterClient)
	if !ok {
		return client.Keys(ctx, pattern).Result()
	}
	var mu sync.Mutex
	var all []string
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		keys, err := node.Keys(ctx, pattern).Result()
		mu.Lock()
		defer mu.Unlock()
		all = append(all, keys...)
		return err
	})
	return all, err
}

func (c Contents) stream(ctx context.Context, client redis.UniversalClient, key string, outbox bool) error {
	entries, err := client.XRange(ctx, key, "-", "+").Result()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, revises := e.Values["corrects"]; revises {
			continue
		}
		delete(e.Values, "at")
		id := e.ID
		if outbox { // its ids are times of writing
			id = fmt.Sprint(e.Values["ch"], " ", e.Values["id"])
		} else if event, ok := e.Values["id"]; ok {
			id = fmt.Sprint(event)
		}
		c[key] = append(c[key], Item{id, fields(e.Values)})
	}
	if outbox { // commits of different series come in any order
		slices.SortStableFunc(c[key], func(a, b Item) int { return strings.Compare(channel(a.ID), channel(b.ID)) })
	}
	return nil
}

func channel(id string) string {
	name, _, _ := strings.Cut(id, " ")
	return name
}

// Revisions reads the revised bars a store has told of: of each the channel and
// the body.
func Revisions(ctx context.Context, client redis.UniversalClient) (told []string, err error) {
	keys, err := allKeys(ctx, client)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if !strings.HasSuffix(key, "}:out") {
			continue
		}
		entries, err := client.XRange(ctx, key, "-", "+").Result()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		for _, e := range entries {
			if e.Values["corrects"] != nil {
				told = append(told, fmt.Sprint(e.Values["ch"], " ", e.Values["body"]))
			}
		}
	}
	return told, nil
}

func (c Contents) hash(ctx context.Context, client redis.UniversalClient, key string) error {
	state, err := client.HGetAll(ctx, key).Result()
	if err != nil {
		return err
	}
	values := map[string]any{}
	for name, v := range state {
		if !strings.HasPrefix(name, "forming") && name != "revised" {
			values[name] = v
		}
	}
	c[key] = []Item{{key, fields(values)}}
	return nil
}

func fields(values map[string]any) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&b, " %s=%q", name, values[name])
	}
	return b.String()
}

// Count is how many entries streams of one kind hold: "c" candles, "e" events.
func (c Contents) Count(kind string) (n int) {
	for key, items := range c {
		if _, rest, _ := strings.Cut(key, "}:"); strings.HasPrefix(rest, kind+":") {
			n += len(items)
		}
	}
	return n
}
