package chaos

import (
	"fmt"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/chaostest"
)

// TestKilledMonitors is F1: two monitors, of which one or both are killed at
// random moments and started anew.
func TestKilledMonitors(t *testing.T) {
	t.Parallel()
	unbroken(t)
	w := newWorld(t, history)
	rounds := chaostest.Rounds(t, 6)
	kills, slowest := killMonitors(w, rounds)
	t.Logf("%d kills, the slowest takeover after %v", kills, slowest.Round(time.Millisecond))
	if kills < rounds/2 {
		t.Errorf("only %d kills before all was played: the test kills too late", kills)
	}
	if slowest > 10*time.Second {
		t.Errorf("a takeover took %v, want less than 10 s", slowest)
	}
	w.clean("F1 monitor killed", kills)
}

func killMonitors(w *world, rounds int) (kills int, slowest time.Duration) {
	live := []*process{w.start(order{Owner: "m0"}), w.start(order{Owner: "m1"})}
	w.play(time.Duration(rounds) * 900 * time.Millisecond / (bars - history))
	for round := range rounds {
		if w.goesOn("bars are committed"); w.over() {
			break
		}
		time.Sleep(time.Duration(w.random.IntN(300)) * time.Millisecond) // a random moment
		victims := []int{round % 2}
		if round%3 == 2 {
			victims = []int{0, 1}
		}
		for _, v := range victims {
			live[v].kill()
			kills++
		}
		for _, v := range victims {
			live[v] = w.start(order{Owner: fmt.Sprintf("m%d-%d", v, round)})
		}
		slowest = max(slowest, w.goesOn("others take over"))
	}
	w.finish()
	return kills, slowest
}
