package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

func TestMonitorsAreCountedWhileTheyLive(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		says := func(owner string, length time.Duration, want int) {
			t.Helper()
			if alive, err := s.Present(t.Context(), owner, length); err != nil || alive != want {
				t.Errorf("Present(%s) = %d, %v; want %d", owner, alive, err, want)
			}
		}
		says("a", time.Minute, 1)
		says("a", time.Minute, 1)
		says("b", time.Minute, 2)
		says("c", 20*time.Millisecond, 3)
		storetest.Eventually(t, time.Minute, "the word of c is over", func() bool {
			alive, err := s.Present(t.Context(), "a", time.Minute)
			return err == nil && alive == 2
		})
		if err := s.Leave(t.Context(), "b"); err != nil {
			t.Fatal(err)
		}
		says("a", time.Minute, 1)
	})
}

func TestFreeLeavesOutWhatIsHeld(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		if _, err := s.Acquire(t.Context(), "a", time.Minute, []int{3, 5}); err != nil {
			t.Fatal(err)
		}
		free, err := s.Free(t.Context(), []int{1, 3, 4, 5, 6})
		if err != nil || !slices.Equal(free, []int{1, 4, 6}) {
			t.Errorf("Free = %v, %v; want 1, 4 and 6", free, err)
		}
	})
}
