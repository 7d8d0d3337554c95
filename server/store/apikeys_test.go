package store_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

func TestAPIKeysAreKeptListedAndDropped(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	at := time.UnixMilli(1_700_000_000_000).UTC()
	for i, sum := range []string{"b", "a"} {
		k := server.APIKey{ID: "k" + sum, Name: "of " + sum, Scopes: []string{"read"}, Created: at.Add(time.Duration(i) * time.Second)}
		if err := s.AddAPIKey(t.Context(), sum, k); err != nil {
			t.Fatal(err)
		}
	}
	k, err := s.APIKey(t.Context(), "a")
	if err != nil || k == nil || k.ID != "ka" || !k.Created.Equal(at.Add(time.Second)) || !slices.Equal(k.Scopes, []string{"read"}) {
		t.Errorf("APIKey = %+v, %v", k, err)
	}
	list, err := s.APIKeys(t.Context())
	if err != nil || len(list) != 2 || list[0].ID != "kb" {
		t.Errorf("APIKeys = %+v, %v; the oldest is kb", list, err)
	}
	for _, want := range []bool{true, false} {
		if gone, err := s.DropAPIKey(t.Context(), "ka"); gone != want || err != nil {
			t.Errorf("DropAPIKey = %v, %v; want %v", gone, err, want)
		}
	}
	if k, err := s.APIKey(t.Context(), "a"); k != nil || err != nil {
		t.Errorf("a dropped key is found: %+v, %v", k, err)
	}
}

func TestOriginsShareABucket(t *testing.T) {
	redis := storetest.Start(t)
	origins := []*store.Store{storetest.Open(t, redis, store.Options{}), storetest.Open(t, redis, store.Options{})}
	const size = 50
	var granted atomic.Int64
	var wg sync.WaitGroup
	for i := range 100 { // of a bucket that fills once in a long while
		wg.Go(func() {
			got, err := origins[i%2].Take(t.Context(), "someone", 0.001, size, 1)
			if err != nil {
				t.Error(err)
			}
			granted.Add(int64(got.Granted))
			if got.Granted == 0 && (got.Wait < 900*time.Second || got.Wait > 1000*time.Second) {
				t.Errorf("an empty bucket is to be waited for %v", got.Wait)
			}
		})
	}
	wg.Wait()
	if granted.Load() != size {
		t.Errorf("two origins granted %d tokens of %d", granted.Load(), size)
	}
	if got, err := origins[0].Take(t.Context(), "another", 1, size, 80); err != nil || got.Granted != size || got.Left != 0 {
		t.Errorf("80 tokens of a full bucket are %+v, %v", got, err)
	}
	if got, err := origins[0].Take(t.Context(), "quick", 1e6, 1, 1); err != nil || got.Granted != 1 {
		t.Errorf("the first of a bucket of one is %+v, %v", got, err)
	}
}
