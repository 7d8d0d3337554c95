package alert

import (
	"net/url"
	"sync"
	"time"
)

const (
	// tolerated is how many failures in a row a host may have before it is left
	// alone for a while.
	tolerated = 5
	// firstRest doubles up to lastRest with each failure after that.
	firstRest, lastRest = 30 * time.Second, 10 * time.Minute
	// busyPause is when a delivery comes again that found its host busy.
	busyPause = time.Second
	// maxEndpoints bounds how many hosts are remembered.
	maxEndpoints = 10_000
)

// endpoints are the breakers of hosts: one that fails or hangs takes neither the
// workers nor the attempts of others.
type endpoints struct {
	most      int // deliveries on their way to one host
	tolerated int // failures in a row before it is left alone
	mu        sync.Mutex
	by        map[string]*endpoint // guarded by mu, with what it points to
}

type endpoint struct {
	busy   int
	failed int // in a row
	rest   time.Time
}

// host is what shares a breaker.
func host(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	return u.Scheme + "://" + u.Host
}

// enter lets a delivery to a host begin, or says when it may come again. A host
// that rested gets one delivery to show that it is back.
func (e *endpoints) enter(name string, now time.Time) (again time.Time, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	one := e.by[name]
	if one == nil {
		e.forget(now)
		one = &endpoint{}
		e.by[name] = one
	}
	switch {
	case now.Before(one.rest):
		return one.rest, false
	case one.busy >= e.most || one.failed >= e.tolerated && one.busy > 0:
		return now.Add(busyPause), false
	}
	one.busy++
	return now, true
}

// leave tells how a delivery went.
func (e *endpoints) leave(name string, now time.Time, well bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	one := e.by[name]
	one.busy--
	if well {
		one.failed = 0
		return
	}
	if one.failed++; one.failed >= e.tolerated {
		one.rest = now.Add(min(firstRest<<min(one.failed-e.tolerated, 10), lastRest))
	}
}

// forget makes room where there are too many hosts: those at peace go. mu is
// held.
func (e *endpoints) forget(now time.Time) {
	if len(e.by) < maxEndpoints {
		return
	}
	for name, one := range e.by {
		if one.busy == 0 && !now.Before(one.rest) {
			delete(e.by, name)
		}
	}
}
