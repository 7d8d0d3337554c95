package store

import (
	"context"
	_ "embed"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

//go:embed acquire.lua
var acquireBody string

//go:embed renew.lua
var renewBody string

//go:embed release.lua
var releaseBody string

var (
	acquireScript = newScript(acquireBody)
	renewScript   = newScript(renewBody)
	releaseScript = newScript(releaseBody)
)

// Acquire takes the leases of those partitions nobody else holds, for length
// from the moment Redis sees it. One the owner already holds is taken anew, with
// a higher fence: writes under the old one are refused from then on.
func (s *Store) Acquire(ctx context.Context, owner string, length time.Duration, partitions []int) ([]server.Lease, error) {
	calls := make([]call, len(partitions))
	for i, p := range partitions {
		calls[i] = call{[]string{s.tags.leaseKey(p), s.tags.fenceKey(p)}, []any{owner, length.Milliseconds()}}
	}
	answers, err := acquireScript.runAll(ctx, s.client, calls)
	if err != nil {
		return nil, err
	}
	var taken []server.Lease
	for i, a := range answers {
		fence, err := a.Int64()
		if err != nil {
			return taken, err
		}
		if fence > 0 {
			taken = append(taken, server.Lease{Partition: partitions[i], Owner: owner, Fence: fence})
		}
	}
	return taken, nil
}

// Renew prolongs leases and the states told under them. It returns those still
// held; on an error the others are unknown.
func (s *Store) Renew(ctx context.Context, length time.Duration, leases []server.Lease) ([]server.Lease, error) {
	answers, err := renewScript.runAll(ctx, s.client, s.leaseCalls(leases, length.Milliseconds()))
	if err != nil {
		return nil, err
	}
	return held(leases, answers)
}

// Release hands leases back, so that another may take them at once.
func (s *Store) Release(ctx context.Context, leases []server.Lease) error {
	answers, err := releaseScript.runAll(ctx, s.client, s.leaseCalls(leases))
	if err != nil {
		return err
	}
	_, err = held(leases, answers)
	return err
}

func (s *Store) leaseCalls(leases []server.Lease, more ...any) []call {
	calls := make([]call, len(leases))
	for i, l := range leases {
		calls[i] = call{
			[]string{s.tags.leaseKey(l.Partition), s.tags.fenceKey(l.Partition), s.tags.statesKey(l.Partition)},
			append([]any{l.Owner, l.Fence}, more...),
		}
	}
	return calls
}

func held(leases []server.Lease, answers []*redis.Cmd) ([]server.Lease, error) {
	var kept []server.Lease
	for i, a := range answers {
		yes, err := a.Bool()
		if err != nil {
			return kept, err
		}
		if yes {
			kept = append(kept, leases[i])
		}
	}
	return kept, nil
}
