package hub_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/proof"
)

// drained counts how often clients left because they were asked to.
func drained(all []*walker) (n int) {
	for _, w := range all {
		w.mu.Lock()
		for _, err := range w.ends {
			if err.Error() == "the server drains" {
				n++
			}
		}
		w.mu.Unlock()
	}
	return n
}

// F17: one hub after the other is replaced under load, old and new together.
// Every client is told to leave, and loses and repeats nothing. Hubs that do not
// drain are found out.
func TestHubsAreReplacedUnderLoad(t *testing.T) {
	clients, hubs := size(60, 1000), size(2, 5)
	drain := time.Duration(size(5, 20)) * time.Second
	for _, fault := range []bool{false, true} { // hubs do not ask anybody to leave
		t.Run(fmt.Sprintf("fault=%v", fault), func(t *testing.T) {
			options := hub.Options{Ring: 32, Page: 50, Drain: drain, DrainJitter: drain / 4}
			if fault {
				options.Drain, options.DrainJitter = 0, 0
				clients, hubs = 20, 1
			}
			o := start(t, setup{hub: options})
			o.log = &proof.Log{}
			all := walkers(t, o, clients, bars, signals)
			end := o.busy(time.Duration(size(10, 25)) * time.Millisecond)
			old, told := o.hub, 0
			for round := range hubs {
				next, url := o.serve(o.store, options)
				for _, w := range all {
					w.mu.Lock()
					w.url = url
					w.mu.Unlock()
				}
				ctx, cancel := context.WithTimeout(t.Context(), 2*deadline)
				began := time.Now()
				err := old.Close(ctx)
				took := time.Since(began)
				cancel()
				if err != nil {
					t.Error(err)
				}
				await(t, "all are with the new hub", all, func(w *walker) bool {
					connected, sessions := w.is()
					return connected && sessions > round+1
				})
				t.Logf("hub %d: %d of %d clients left because of drain, the hub had closed after %v", round+1, drained(all)-told, clients, took.Round(time.Millisecond))
				told = drained(all)
				old = next
			}
			head := end()
			await(t, "all have heard the end", all, func(w *walker) bool { return w.at(head, bars, signals) })
			if clean := told == clients*hubs; clean == fault {
				t.Errorf("%d of %d times a client was asked to leave; fault %v", told, clients*hubs, fault)
			}
			if r := proves(t, o.log); r.Resumes < clients*hubs || r.Gaps != 0 || r.Stored == 0 {
				t.Errorf("%v: want %d resumes and no gap", r, clients*hubs)
			}
		})
	}
}
