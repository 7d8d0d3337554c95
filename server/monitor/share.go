package monitor

import "github.com/quantum-signals/quantum/server"

// shares is how a keeper divides the partitions among the monitors that live.
// Those with something to run are shared by themselves, so that a few markets do
// not all fall to one monitor.
type shares struct {
	partitions int
	alive      int                     // monitors, this one too
	watched    map[int][]server.Series // by partition
}

// most is the most partitions of either kind one monitor holds.
func (s shares) most(busy bool) int {
	count := 0
	for p := range s.partitions {
		if s.busy(p) == busy {
			count++
		}
	}
	return (count + s.alive - 1) / s.alive
}

func (s shares) busy(partition int) bool { return len(s.watched[partition]) > 0 }

// choose gives those of the partitions that fit into the share beside those
// held, in their order.
func (s shares) choose(partitions, held []int) []int {
	room := map[bool]int{true: s.most(true), false: s.most(false)}
	for _, p := range held {
		room[s.busy(p)]--
	}
	var chosen []int
	for _, p := range partitions {
		if busy := s.busy(p); room[busy] > 0 {
			room[busy]--
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// surplus gives those of the held partitions that are over the share, the last
// first taken.
func (s shares) surplus(held []int) []int {
	room := map[bool]int{true: s.most(true), false: s.most(false)}
	var over []int
	for _, p := range held {
		busy := s.busy(p)
		if room[busy]--; room[busy] < 0 {
			over = append(over, p)
		}
	}
	return over
}
