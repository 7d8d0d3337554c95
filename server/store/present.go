package store

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed present.lua
var presentBody string

var presentScript = newScript(presentBody)

// monitorsKey is the sorted set of the monitors that live, by the time until
// which their word is good. Each word drops those that are over.
func monitorsKey() string { return "q:monitors" }

// Present says that the monitor of an owner lives, for length from the moment
// Redis sees it, and gives how many do.
func (s *Store) Present(ctx context.Context, owner string, length time.Duration) (int, error) {
	return s.present(ctx, owner, length.Milliseconds())
}

// Leave says that the monitor of an owner lives no longer.
func (s *Store) Leave(ctx context.Context, owner string) error {
	_, err := s.present(ctx, owner, 0)
	return err
}

func (s *Store) present(ctx context.Context, owner string, ms int64) (int, error) {
	reply, err := presentScript.run(ctx, s.client, []string{monitorsKey()}, owner, ms)
	if err != nil {
		return 0, fmt.Errorf("presence of monitors: %w", err)
	}
	alive, ok := reply.(int64)
	if !ok {
		return 0, fmt.Errorf("presence of monitors: unknown answer %v", reply)
	}
	return int(alive), nil
}

// overlong is more than any lease is given for; acquire.lua has the same.
const overlong = 10 * time.Minute

// Free gives those of the partitions whose lease nobody holds, and those whose
// lease has longer to go than any is given for: the clock of Redis was set back,
// and Acquire has it end soon.
func (s *Store) Free(ctx context.Context, partitions []int) ([]int, error) {
	p := s.client.Pipeline()
	leases := make([]*redis.DurationCmd, len(partitions))
	for i, n := range partitions {
		leases[i] = p.PTTL(ctx, s.tags.leaseKey(n))
	}
	if _, err := p.Exec(ctx); err != nil {
		return nil, fmt.Errorf("ends of leases: %w", err)
	}
	var free []int
	for i, l := range leases { // -2 where there is none
		if l.Val() == -2 || l.Val() > overlong {
			free = append(free, partitions[i])
		}
	}
	return free, nil
}
