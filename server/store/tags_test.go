package store

import (
	"slices"
	"testing"
)

func TestTagsSpreadOverOneToSixteenNodes(t *testing.T) {
	all := makeTags(64)
	if got := slices.Compact(slices.Sorted(slices.Values(all))); len(got) != 64 {
		t.Fatalf("%d different tags, want 64", len(got))
	}
	for nodes := 1; nodes <= 16; nodes++ {
		held := make([]int, nodes)
		for _, tag := range all {
			held[slotOf(tag)*nodes/slots]++
		}
		if fewest, most := slices.Min(held), slices.Max(held); fewest < 64/nodes || most > (63+nodes)/nodes {
			t.Errorf("%d nodes hold %v partitions, want %d to %d each", nodes, held, 64/nodes, (63+nodes)/nodes)
		}
	}
}

// TestTagsNeverChange: a store is found again by them.
func TestTagsNeverChange(t *testing.T) {
	all := makeTags(64)
	for p, want := range map[int]string{0: "p00.gyv", 7: "p07.gim", 63: "p63.bdg"} {
		if all[p] != want {
			t.Errorf("tag of partition %d is %s, want %s", p, all[p], want)
		}
	}
	for _, partitions := range []int{1, 2, 3, 17, 100} {
		if got := makeTags(partitions); len(got) != partitions || got[0] == "" || got[partitions-1] == "" {
			t.Errorf("%d partitions have tags %v", partitions, got)
		}
	}
}

// TestSlotIsThatOfRedis: values of CLUSTER KEYSLOT, and of the specification.
func TestSlotIsThatOfRedis(t *testing.T) {
	for tag, want := range map[string]int{"": 0, "foo": 12182, "123456789": 0x31C3} {
		if got := slotOf(tag); got != want {
			t.Errorf("slot of %q is %d, want %d", tag, got, want)
		}
	}
}

func slotOf(tag string) int { return int(crc16(0, []byte(tag))) % slots }
