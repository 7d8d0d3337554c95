package store

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/quantum-signals/quantum/server"
)

//go:embed forming.lua
var formingBody string

//go:embed state.lua
var stateBody string

var (
	formingScript = newScript(formingBody)
	stateScript   = newScript(stateBody)
)

// PublishForming publishes forming bars in one round trip. They may be lost; a
// bar that is closed by now is let go. The error is server.ErrFenced or an
// outage, the first of any.
func (s *Store) PublishForming(ctx context.Context, forming []server.Forming) error {
	calls := make([]call, len(forming))
	for i, f := range forming {
		n := s.names(f.Series)
		calls[i] = call{
			[]string{n.lease, n.fence, n.state, n.live},
			[]any{f.Lease.Owner, f.Lease.Fence, f.OpenTime, n.formingChannel, []byte(f.Body), s.options.Retention.Forming},
		}
	}
	answers, err := formingScript.runAll(ctx, s.client, calls)
	if err != nil {
		return fmt.Errorf("forming bars: %w", err)
	}
	for i, a := range answers {
		seq, err := a.Int64()
		if err == nil && seq < 0 {
			err = server.ErrFenced
		}
		if err != nil {
			return fmt.Errorf("forming bar of %s: %w", forming[i].Series, err)
		}
	}
	return nil
}

// SetStates tells how markets of a lease's partition are doing. Renewing the
// lease keeps the word alive, losing it makes them stale.
func (s *Store) SetStates(ctx context.Context, lease server.Lease, states map[server.Market]server.State) error {
	args := []any{lease.Owner, lease.Fence}
	for market, state := range states {
		args = append(args, market.String(), string(state))
	}
	keys := []string{s.tags.leaseKey(lease.Partition), s.tags.fenceKey(lease.Partition), s.tags.statesKey(lease.Partition)}
	reply, err := stateScript.run(ctx, s.client, keys, args...)
	if err != nil {
		return fmt.Errorf("states of partition %d: %w", lease.Partition, err)
	}
	if reply != int64(1) {
		return fmt.Errorf("states of partition %d: %w", lease.Partition, server.ErrFenced)
	}
	return nil
}
