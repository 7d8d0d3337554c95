package monitor

import (
	"slices"
	"testing"

	"github.com/quantum-signals/quantum/server"
)

// TestSharesCoverAllAndAreEven lets monitors come and go by the keeper's rules:
// each gives up what is over its share, then takes what is free.
func TestSharesCoverAllAndAreEven(t *testing.T) {
	for _, tt := range []struct{ partitions, monitors, busy int }{{64, 1, 64}, {64, 2, 5}, {64, 3, 20}, {1, 3, 1}, {64, 7, 0}, {5, 64, 2}, {100, 33, 50}} {
		watched := map[int][]server.Series{}
		for p := range tt.busy {
			watched[p*tt.partitions/tt.busy] = make([]server.Series, 1)
		}
		held := [][]int{}
		for alive := 1; alive <= tt.monitors; alive++ {
			held = append(held, nil)
			s := shares{tt.partitions, alive, watched}
			var free []int
			for p := range tt.partitions {
				if !slices.ContainsFunc(held, func(h []int) bool { return slices.Contains(h, p) }) {
					free = append(free, p)
				}
			}
			for i := range held {
				over := s.surplus(held[i])
				held[i] = slices.DeleteFunc(held[i], func(p int) bool { return slices.Contains(over, p) })
				free = append(free, over...)
			}
			for i := range held {
				taken := s.choose(free, held[i])
				held[i] = append(held[i], taken...)
				free = slices.DeleteFunc(free, func(p int) bool { return slices.Contains(taken, p) })
			}
			if len(free) > 0 {
				t.Errorf("%+v with %d alive: nobody takes %v", tt, alive, free)
			}
			for i, list := range held {
				for _, busy := range []bool{true, false} {
					count := 0
					for _, p := range list {
						if s.busy(p) == busy {
							count++
						}
					}
					if count > s.most(busy) {
						t.Errorf("%+v with %d alive: monitor %d holds %d of busy=%v, at most %d", tt, alive, i, count, busy, s.most(busy))
					}
				}
				if over := s.surplus(list); len(over) > 0 {
					t.Errorf("%+v with %d alive: monitor %d would give up %v at once", tt, alive, i, over)
				}
			}
		}
	}
}
