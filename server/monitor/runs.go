package monitor

import (
	"maps"
	"sync"

	"github.com/quantum-signals/quantum/server"
)

// runs are the partitions a monitor holds, for those who look from outside its
// keeper. Safe for concurrent use.
type runs struct {
	mu         sync.Mutex
	partitions map[*partition]bool // guarded by mu
}

func newRuns() *runs { return &runs{partitions: map[*partition]bool{}} }

func (r *runs) add(p *partition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.partitions[p] = true
}

func (r *runs) remove(p *partition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.partitions, p)
}

// all counts the partitions and their series.
func (r *runs) all() (partitions, series int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for p := range r.partitions {
		partitions++
		series += p.count()
	}
	return partitions, series
}

func (r *runs) states() map[server.Market]server.State {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := map[server.Market]server.State{}
	for p := range r.partitions {
		maps.Copy(all, p.states())
	}
	return all
}
