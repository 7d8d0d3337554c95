package chaos

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestClocksThatStepAndDrift is F11: the clocks of two monitors run fast and slow
// and step by up to two days, to and fro, while one of them is killed. No bar is
// closed early or twice.
func TestClocksThatStepAndDrift(t *testing.T) {
	t.Parallel()
	unbroken(t)
	w := newWorld(t, history)
	rounds := chaostest.Rounds(t, 4)
	wildClocks(w, rounds)
	w.clean("F11 clocks step and drift", rounds)
}

func wildClocks(w *world, rounds int) {
	w.play(time.Duration(rounds+1) * time.Second / (bars - history))
	w.start(order{Owner: "fast", Drift: 1.5})
	for round := range rounds {
		slow := w.start(order{Owner: "slow", Drift: -0.5})
		due := int64(history + (bars-history)*(round+1)/(rounds+1))
		storetest.Eventually(w.t, limit, "bars are committed", func() bool {
			for _, held := range w.heads() {
				if held >= due {
					return true
				}
			}
			return false
		})
		slow.kill()
	}
	w.finish()
}

// clock is a wall clock that is wrong: it gains or loses with time, and steps.
type clock struct {
	began time.Time
	drift float64

	mu   sync.Mutex
	step time.Duration // guarded by mu
	next time.Time     // guarded by mu: when it steps again
}

// newClock is one that gains drift seconds a second; a right one where that is 0.
func newClock(drift float64) *clock { return &clock{began: time.Now(), drift: drift} }

// off is how far it is ahead.
func (c *clock) off() time.Duration {
	if c.drift == 0 {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if now.After(c.next) {
		c.step, c.next = rand.N(96*time.Hour)-48*time.Hour, now.Add(rand.N(50*time.Millisecond))
	}
	return c.step + time.Duration(c.drift*float64(now.Sub(c.began)))
}

func (c *clock) now() time.Time { return time.Now().Add(c.off()) }
