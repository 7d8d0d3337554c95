package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// MoveSlots moves every slot that holds a key to the master behind its own, one
// after the other, as resharding does: two keys at a time, while others use them.
// Between the keys of a slot it rests. It gives the number of slots.
func (c *Cluster) MoveSlots(t testing.TB, rest time.Duration) (moved int) {
	t.Helper()
	ctx := context.Background()
	var live []*Node
	for _, n := range c.Nodes {
		if n.Is("role", "master") {
			live = append(live, n)
		}
	}
	type move struct {
		slot     int64
		from, to *Node
	}
	var moves []move
	for i, n := range live {
		shards, err := n.Client.ClusterShards(ctx).Result()
		if err != nil {
			t.Fatal(err)
		}
		for slot := range int64(slots) {
			if c.holder(shards, slot) != n {
				continue
			}
			if keys, err := n.Client.ClusterCountKeysInSlot(ctx, int(slot)).Result(); err != nil || keys > 0 {
				moves = append(moves, move{slot, n, live[(i+1)%len(live)]})
			}
		}
	}
	for _, m := range moves {
		if err := moveSlot(ctx, m.slot, m.from, m.to, live, rest); err != nil {
			t.Fatalf("slot %d: %v", m.slot, err)
		}
	}
	return len(moves)
}

func moveSlot(ctx context.Context, slot int64, from, to *Node, all []*Node, rest time.Duration) error {
	if err := to.Client.Do(ctx, "CLUSTER", "SETSLOT", slot, "IMPORTING", from.ID).Err(); err != nil {
		return err
	}
	if err := from.Client.Do(ctx, "CLUSTER", "SETSLOT", slot, "MIGRATING", to.ID).Err(); err != nil {
		return err
	}
	for {
		keys, err := from.Client.ClusterGetKeysInSlot(ctx, int(slot), 2).Result()
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			break
		}
		args := []any{"MIGRATE", to.ip, to.port, "", 0, 5000, "KEYS"}
		for _, key := range keys {
			args = append(args, key)
		}
		if err := from.Client.Do(ctx, args...).Err(); err != nil {
			return fmt.Errorf("keys %v: %w", keys, err)
		}
		time.Sleep(rest)
	}
	for _, n := range append([]*Node{to, from}, all...) { // the new holder first
		if err := n.Client.Do(ctx, "CLUSTER", "SETSLOT", slot, "NODE", to.ID).Err(); err != nil {
			return err
		}
	}
	return nil
}
