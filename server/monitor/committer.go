package monitor

import (
	"context"
	"fmt"
	"sync"

	"github.com/quantum-signals/quantum/server"
)

// batchCommits is the most bars one round trip carries: enough to fill it,
// few enough for Redis to answer well within the time-out.
const batchCommits = 256

// committer sends commits of many series in one round trip. While a batch is on
// its way the next one gathers, so the load makes the batches.
type committer struct {
	store  Store
	queues []chan *request // one a writer; a partition always has the same
}

// request is commits of one series, in order.
type request struct {
	partition *partition
	commits   []server.Commit
	answers   []server.Committed
	done      chan struct{}
}

func newCommitter(s Store, writers int) *committer {
	c := &committer{store: s, queues: make([]chan *request, writers)}
	for i := range c.queues {
		c.queues[i] = make(chan *request, batchCommits)
	}
	return c
}

func (c *committer) start(running *sync.WaitGroup) {
	for _, queue := range c.queues {
		running.Go(func() { c.write(queue) })
	}
}

// close ends the writers. Nobody submits any more.
func (c *committer) close() {
	for _, queue := range c.queues {
		close(queue)
	}
}

// submit commits bars of one series and waits for the answers.
func (c *committer) submit(p *partition, commits []server.Commit) []server.Committed {
	r := &request{partition: p, commits: commits, done: make(chan struct{})}
	c.queues[p.lease.Partition%len(c.queues)] <- r
	<-r.done
	return r.answers
}

// write sends batches of one queue until it is closed.
func (c *committer) write(queue <-chan *request) {
	for first := range queue {
		requests, size := []*request{first}, len(first.commits)
	gather:
		for size < batchCommits {
			select {
			case r, ok := <-queue:
				if !ok {
					break gather
				}
				requests, size = append(requests, r), size+len(r.commits)
			default:
				break gather
			}
		}
		c.send(requests, size)
	}
}

// send makes one round trip. Under a lease that may have run out nothing is sent:
// the script would refuse it, but our own clock is there first.
func (c *committer) send(requests []*request, size int) {
	batch := make([]server.Commit, 0, size)
	sent := make([]*request, 0, len(requests))
	for _, r := range requests {
		if r.partition.holds() {
			batch, sent = append(batch, r.commits...), append(sent, r)
			continue
		}
		r.answers = make([]server.Committed, len(r.commits))
		for i := range r.answers {
			r.answers[i].Err = fmt.Errorf("%w: %w", errLapsed, server.ErrFenced)
		}
	}
	// What has begun is brought to its end, also when the monitor stops: the
	// store's own time-out bounds it.
	answers := c.store.Commit(context.Background(), batch)
	for _, r := range sent {
		r.answers, answers = answers[:len(r.commits)], answers[len(r.commits):]
	}
	for _, r := range requests {
		close(r.done)
	}
}
