package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// ErrUnreplicated says that Redis holds something that too few of its replicas
// have confirmed within the time there was.
var ErrUnreplicated = errors.New("store: too few replicas have confirmed it")

// place is an entry of a stream, or its start.
type place struct{ key, id string }

// start is where a stream begins, before every entry.
const start = "0-0"

// replicated waits until as many replicas as Options.Replicas asks for have
// confirmed all that is stored up to these entries. It gives an error for each
// that is not confirmed, or not there; nothing is waited for where none is asked.
func (s *Store) replicated(ctx context.Context, places []place) []error {
	errs := make([]error, len(places))
	if s.options.Replicas == 0 {
		return errs
	}
	on := map[redis.UniversalClient][]int{}
	for i, p := range places {
		node := s.client
		if cluster, ok := s.client.(*redis.ClusterClient); ok {
			master, err := cluster.MasterForKey(ctx, p.key)
			if err != nil {
				errs[i] = err
				continue
			}
			node = master
		}
		on[node] = append(on[node], i)
	}
	var all sync.WaitGroup
	for node, which := range on {
		all.Go(func() { s.confirmed(ctx, node, places, which, errs) })
	}
	all.Wait()
	return errs
}

// confirmed asks one server. The looks and the WAIT go down one connection, since
// WAIT speaks of what its connection has done: a server that was put in the place
// of another, and confirms only what it has, does not have what was lost.
func (s *Store) confirmed(ctx context.Context, node redis.UniversalClient, places []place, which []int, errs []error) {
	p := node.Pipeline()
	newest := make([]*redis.XMessageSliceCmd, len(which))
	for n, i := range which {
		newest[n] = p.XRevRangeN(ctx, places[i].key, "+", "-", 1)
	}
	// Half of what one attempt may take, so that the answer arrives.
	limit := s.options.Timeout / (redirects + 1) / 2
	wait := p.Do(ctx, "WAIT", s.options.Replicas, max(1, limit.Milliseconds()))
	_, _ = p.Exec(ctx) // each answer has its own error
	have, err := wait.Int()
	if err == nil && have < s.options.Replicas {
		err = fmt.Errorf("%w: %d of %d", ErrUnreplicated, have, s.options.Replicas)
	}
	for n, i := range which {
		last, missing := newest[n].Result()
		if missing == nil && (len(last) == 0 && places[i].id != start || len(last) > 0 && lower(last[0].ID, places[i].id)) {
			missing = fmt.Errorf("%w: %s of %s is gone", ErrUnreplicated, places[i].id, places[i].key)
		}
		errs[i] = errors.Join(missing, err)
	}
}

// awaitReplicas takes back the answers to bars that too few replicas have.
func (s *Store) awaitReplicas(ctx context.Context, commits []server.Commit, answers []server.Committed) {
	if s.options.Replicas == 0 {
		return
	}
	places, of := make([]place, 0, len(commits)), make([]int, 0, len(commits))
	for i := range answers {
		if answers[i].Err == nil {
			id := strconv.FormatInt(commits[i].Candle.OpenTime, 10) + "-0"
			places, of = append(places, place{s.names(commits[i].Series).candles, id}), append(of, i)
		}
	}
	for n, err := range s.replicated(ctx, places) {
		if i := of[n]; err != nil {
			answers[i] = server.Committed{Err: fmt.Errorf("commit of %s: %w", commits[i].Series, err)}
		}
	}
}
