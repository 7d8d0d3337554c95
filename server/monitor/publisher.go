package monitor

import (
	"context"
	"errors"
	"sync"

	"github.com/quantum-signals/quantum/server"
)

// publisher sends forming bars, the newest of each series, as fast as the store
// takes them. It never holds up a series, and loses rather than queues.
type publisher struct {
	store Store
	wrong *complaints
	wake  chan struct{} // has room for one

	mu   sync.Mutex
	next map[server.Series]server.Forming // guarded by mu
}

func newPublisher(s Store, wrong *complaints) *publisher {
	return &publisher{store: s, wrong: wrong, wake: make(chan struct{}, 1), next: map[server.Series]server.Forming{}}
}

// put replaces what waits to be sent of a series.
func (p *publisher) put(f server.Forming) {
	p.mu.Lock()
	p.next[f.Series] = f
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run sends until stop is closed.
func (p *publisher) run(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-p.wake:
		}
		for _, batch := range p.take() {
			err := p.store.PublishForming(context.Background(), batch)
			if err != nil && !errors.Is(err, server.ErrFenced) { // else another publishes now
				p.wrong.warn("forming bars are lost while the store is away", err)
			}
		}
	}
}

// take empties what waits, in batches of one round trip.
func (p *publisher) take() [][]server.Forming {
	p.mu.Lock()
	defer p.mu.Unlock()
	var batches [][]server.Forming
	for _, f := range p.next {
		if last := len(batches) - 1; last < 0 || len(batches[last]) == batchCommits {
			batches = append(batches, nil)
		}
		last := len(batches) - 1
		batches[last] = append(batches[last], f)
	}
	clear(p.next)
	return batches
}
