package store_test

import (
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

func TestAnswersAreKeptForAWhile(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		if text, err := s.Cached(t.Context(), "a"); text != nil || err != nil {
			t.Errorf("before: %q, %v", text, err)
		}
		if err := s.Cache(t.Context(), "a", []byte("{}"), time.Hour); err != nil {
			t.Fatal(err)
		}
		if text, err := s.Cached(t.Context(), "a"); string(text) != "{}" || err != nil {
			t.Errorf("kept: %q, %v", text, err)
		}
		if err := s.Cache(t.Context(), "a", []byte("{}"), 20*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		storetest.Eventually(t, time.Minute, "the answer is forgotten", func() bool {
			text, err := s.Cached(t.Context(), "a")
			return text == nil && err == nil
		})
	})
}

func TestCountsEndWithTheirWindow(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		for i, want := range []int64{3, 3, 8} {
			if sum, err := s.Count(t.Context(), "tokens", []int64{3, 0, 5}[i], time.Hour); sum != want || err != nil {
				t.Errorf("count %d: %d, %v; want %d", i, sum, err, want)
			}
		}
		if sum, err := s.Count(t.Context(), "others", 1, time.Minute); sum != 1 || err != nil {
			t.Errorf("another counter: %d, %v", sum, err)
		}
		if sum, err := s.Count(t.Context(), "short", 2, 20*time.Millisecond); sum != 2 || err != nil {
			t.Errorf("a count for a moment: %d, %v", sum, err)
		}
		storetest.Eventually(t, time.Minute, "the count ends", func() bool {
			sum, err := s.Count(t.Context(), "short", 0, time.Hour)
			return sum == 0 && err == nil
		})
	})
}
