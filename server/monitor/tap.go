package monitor

import (
	"slices"
	"sync"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// taps hand what is committed of a series to those made from it, in the same
// partition. Safe for concurrent use.
type taps struct {
	mu   sync.Mutex
	open map[server.Series][]*tap // guarded by mu
}

// tap is what was committed of a series and not yet taken.
type tap struct {
	ready chan struct{} // holds a token while there is something

	mu      sync.Mutex
	bars    []core.Candle // guarded by mu
	forming core.Candle   // guarded by mu; without an open time where there is none
	missed  bool          // guarded by mu: bars did not fit, the store has them
}

// maxTapped bounds the bars that wait.
const maxTapped = 4096

// to opens a tap; done closes it.
func (t *taps) to(s server.Series) (opened *tap, done func()) {
	opened = &tap{ready: make(chan struct{}, 1)}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[server.Series][]*tap{}
	}
	t.open[s] = append(t.open[s], opened)
	return opened, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.open[s] = slices.DeleteFunc(t.open[s], func(o *tap) bool { return o == opened })
	}
}

// committed hands on the bars of commits that are stored.
func (t *taps) committed(s server.Series, commits []server.Commit) {
	for _, o := range t.of(s) {
		o.mu.Lock()
		for i := range commits {
			if len(o.bars) == maxTapped {
				o.missed = true
				break
			}
			o.bars = append(o.bars, commits[i].Candle)
		}
		o.raise()
		o.mu.Unlock()
	}
}

// forms hands on the newest state of a forming bar.
func (t *taps) forms(s server.Series, bar core.Candle) {
	for _, o := range t.of(s) {
		o.mu.Lock()
		o.forming = bar
		o.raise()
		o.mu.Unlock()
	}
}

func (t *taps) of(s server.Series) []*tap {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.open[s])
}

// raise tells that there is something. mu is held.
func (o *tap) raise() {
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// take empties the tap.
func (o *tap) take() (bars []core.Candle, forming core.Candle, missed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	bars, forming, missed = o.bars, o.forming, o.missed
	o.bars, o.forming, o.missed = nil, core.Candle{}, false
	return bars, forming, missed
}
