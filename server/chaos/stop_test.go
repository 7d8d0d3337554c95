package chaos

import (
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestStoppedMonitors is F10: the holder of leases is stopped for three times
// their length, while a commit of its is on the way; another takes over; then the
// late commit arrives and the stopped one goes on.
func TestStoppedMonitors(t *testing.T) {
	t.Parallel()
	unbroken(t)
	w := newWorld(t, history)
	rounds := chaostest.Rounds(t, 1)
	refused := stopMonitors(w, rounds)
	if refused < rounds {
		t.Errorf("%d late commits were refused and counted, want at least one in each of %d rounds", refused, rounds)
	}
	w.clean("F10 monitor stopped", rounds)
}

func stopMonitors(w *world, rounds int) (refused int) {
	w.play(time.Duration(rounds) * 12 * time.Second / (bars - history))
	for range rounds {
		way := w.proxy()
		sleeper := w.start(order{Owner: "sleeper", URL: way.URL(), Timeout: time.Minute})
		w.goesOn("the first one commits")
		other := w.start(order{Owner: "other"})
		w.goesOn("both commit")
		storetest.Eventually(w.t, limit, "a commit is on the way", func() bool {
			way.Delay(true)
			for end := time.Now().Add(lease); time.Now().Before(end); time.Sleep(time.Millisecond) {
				if way.Keeps("BTCUSDT") { // what it sends for its leases names no market
					return true
				}
			}
			way.Delay(false) // its leases ended before it had anything to commit
			return false
		})
		sleeper.signal(syscall.SIGSTOP)
		slept := time.Now()
		w.goesOn("the other takes over")
		time.Sleep(time.Until(slept.Add(3 * lease)))
		way.Delay(false)
		sleeper.signal(syscall.SIGCONT)
		storetest.Eventually(w.t, limit, "the sleeper wakes", func() bool { return sleeper.stats.Load().Lost > 0 })
		sleeper.stop()
		if sleeper.stats.Load().Fenced > 0 {
			refused++
		}
		other.stop()
	}
	w.start(order{Owner: "last"})
	w.finish()
	return refused
}

// TestPartedMonitors is the monitor's part of F9: one cannot reach the store for
// some of its lease or all of it, its connections hanging or broken.
func TestPartedMonitors(t *testing.T) {
	t.Parallel()
	unbroken(t)
	w := newWorld(t, history)
	rounds := chaostest.Rounds(t, 4)
	way := w.proxy()
	parted := w.start(order{Owner: "parted", URL: way.URL()})
	w.start(order{Owner: "other"})
	storetest.Eventually(t, limit, "it holds leases", func() bool { return parted.stats.Load().Takes > 0 })
	w.play(time.Duration(rounds) * time.Second / (bars - history))
	for round := range rounds {
		w.goesOn("bars are committed")
		if round%2 == 0 {
			way.Cut()
			continue
		}
		storetest.Eventually(t, limit, "it holds leases again", func() bool {
			s := parted.stats.Load()
			return s.Takes > s.Lost+s.Given
		})
		way.Hold(true)
		before := parted.stats.Load().Lost
		storetest.Eventually(t, limit, "the leases are given up", func() bool { return parted.stats.Load().Lost > before })
		w.goesOn("the other takes over")
		way.Cut()
		way.Hold(false)
	}
	w.finish()
	w.clean("F9 monitor parted from Redis", rounds)
}
