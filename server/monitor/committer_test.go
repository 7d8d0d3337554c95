package monitor

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestNothingIsSentUnderALeaseThatMayHaveRunOut: the store would still take the
// commit, but our own clock says no.
func TestNothingIsSentUnderALeaseThatMayHaveRunOut(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	of := server.Series{Market: server.Market{Source: "file", Symbol: "X"}, Interval: core.Hour}
	taken, err := s.Acquire(t.Context(), "a", time.Minute, []int{s.Partition(of.Market)})
	if err != nil || len(taken) != 1 {
		t.Fatal(taken, err)
	}
	m := New(s, nil, Options{Owner: "a", Lease: time.Minute})
	var writers sync.WaitGroup
	m.commits.start(&writers)
	p := newPartition(m, taken[0], time.Now())
	commit := []server.Commit{{Lease: p.lease, Series: of, Candle: core.Candle{OpenTime: 1}}}

	past := time.Now().Add(-time.Millisecond)
	p.until.Store(&past)
	if got := m.commits.submit(p, commit)[0]; !errors.Is(got.Err, errLapsed) || !errors.Is(got.Err, server.ErrFenced) {
		t.Errorf("submit after the last moment = %+v, want %v", got, errLapsed)
	}
	p.prolong(time.Now())
	if got := m.commits.submit(p, commit)[0]; got.Err != nil || got.Already {
		t.Errorf("submit before it = %+v, want the bar committed, for the first time", got)
	}
	m.commits.close()
	writers.Wait()
	p.end(context.Canceled)
	p.wait()
}
