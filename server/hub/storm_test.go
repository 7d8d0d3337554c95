package hub_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/proof"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// busy commits bars at a pace until its end is called, which tells how many
// there are.
func (o *origin) busy(every time.Duration) (end func() int64) {
	over := make(chan struct{})
	var task sync.WaitGroup
	task.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				o.commit(1)
			case <-over:
				return
			}
		}
	})
	return func() int64 {
		close(over)
		task.Wait()
		o.mu.Lock()
		defer o.mu.Unlock()
		return int64(o.bars)
	}
}

// F14: all connections reset at once, again and again, with clients that come
// back to another hub.
func TestAResumeStormLosesAndRepeatsNothing(t *testing.T) {
	clients, storms := size(100, 5000), size(3, 4)
	o := start(t, setup{hub: hub.Options{Ring: 32, Page: 50}})
	o.log = &proof.Log{}
	_, other := o.serve(o.store, hub.Options{Ring: 32, Page: 50})
	all := walkers(t, o, clients, bars, signals)
	end := o.busy(time.Duration(size(15, 40)) * time.Millisecond)
	urls := []string{other, o.url}
	for i := range storms {
		before := make([]int, len(all))
		for k, w := range all {
			_, before[k] = w.is()
			w.cut(urls[i%2])
		}
		began := time.Now()
		for k, w := range all {
			await(t, "all are back", all[k:k+1], func(*walker) bool {
				connected, sessions := w.is()
				return connected && sessions > before[k]
			})
		}
		took := time.Since(began)
		t.Logf("storm %d: %d clients were back within %v", i+1, clients, took.Round(time.Millisecond))
		if most := 15 * time.Second; took > most {
			t.Errorf("all were back after %v, want at most %v", took, most)
		}
	}
	head := end()
	await(t, "all have heard the end", all, func(w *walker) bool { return w.at(head, bars, signals) })
	r := proves(t, o.log)
	if r.Resumes < clients*storms || r.Gaps != 0 || r.Stored < 10 {
		t.Errorf("%v: want %d resumes and no gap", r, clients*storms)
	}
}

// constant is a log that says its first epoch for ever.
type constant struct {
	hub.Log
	epoch string
}

func (c constant) Epoch() string { return c.epoch }

// F6: a store that came back empty has a new epoch, which is told before
// anything newer.
func TestAnEmptyStoreIsTold(t *testing.T) {
	for _, fault := range []bool{false, true} { // the epoch is used again
		t.Run(fmt.Sprintf("fault=%v", fault), func(t *testing.T) {
			options := hub.Options{Beat: 160 * time.Millisecond}
			o := start(t, setup{hub: options})
			o.log = &proof.Log{}
			epoch := o.store.Epoch()
			if fault {
				_, o.url = o.serve(constant{o.store, epoch}, options)
			}
			all := walkers(t, o, 4, bars, signals)
			o.commit(30)
			await(t, "all have heard 30 bars", all, func(w *walker) bool { return w.at(30, bars, signals) })
			o.redis.Empty()
			storetest.Eventually(t, deadline, "the store has a new epoch", func() bool { return o.store.Epoch() != epoch })
			o.lead()
			o.bars, o.base, o.after = 100, 100, 0
			o.commit(10)
			await(t, "all came back", all, func(w *walker) bool {
				connected, sessions := w.is()
				w.mu.Lock()
				defer w.mu.Unlock()
				return connected && sessions > 1 && w.last[bars] <= 10 && w.last[signals] <= 10
			})
			o.commit(5)
			await(t, "all have heard 15 bars", all, func(w *walker) bool { return w.at(15, bars, signals) })
			if fault {
				if r := proof.Check(o.log.Lines(), true); len(r.Broken) == 0 {
					t.Errorf("nothing is broken: %v", r)
				}
				return
			}
			proves(t, o.log)
			for _, w := range all {
				w.mu.Lock()
				if text := fmt.Sprint(w.ends); !strings.Contains(text, "4010") {
					t.Errorf("%s came back after %s, want 4010", w.name, text)
				}
				w.mu.Unlock()
			}
		})
	}
}

// A failover that lost the tail, and was not noticed, gives numbers again: the
// id of the last message says so.
func TestALostTailIsToldByTheIDOfTheLastMessage(t *testing.T) {
	for _, fault := range []bool{false, true} { // the client forgets the id
		t.Run(fmt.Sprintf("fault=%v", fault), func(t *testing.T) {
			o := start(t, setup{})
			log := &proof.Log{}
			o.log = log
			o.commit(20)
			w := walk(t, log, "client", o.url, bars)
			await(t, "it is attached", []*walker{w}, func(w *walker) bool { return w.at(20, bars) })
			o.commit(10)
			await(t, "it has heard 30 bars", []*walker{w}, func(w *walker) bool { return w.at(30, bars) })

			other := storetest.Start(t)
			other.Client().HSet(t.Context(), "q:meta", "epoch", o.store.Epoch())
			log.Add(proof.Line{What: proof.Lost, Channel: bars, Epoch: o.store.Epoch(), Seq: 25})
			second := start(t, setup{redis: other})
			second.commit(25)
			second.log, second.bars, second.base = log, 30, 5
			second.commit(10)
			if !fault {
				w.cut(second.url)
				await(t, "it has come back", []*walker{w}, func(w *walker) bool { return w.at(35, bars) })
				second.commit(5)
				await(t, "it has heard 40 bars", []*walker{w}, func(w *walker) bool { return w.at(40, bars) })
				w.stop()
				if r := proves(t, onlyBars(log)); r.Gaps != 1 {
					t.Errorf("%v: want a gap", r)
				}
				return
			}
			w.stop()
			c := second.connect()
			c.send(resume("r", bars, o.store.Epoch(), 30, ""))
			ok := c.expect("ok", "r")
			log.Add(proof.Line{Who: "client", What: proof.Attached, Resumed: ok.Resumed, Channel: bars, Epoch: ok.Epoch, Seq: ok.Seq})
			for range 5 {
				m := c.next()
				log.Add(proof.Line{Who: "client", What: proof.Heard, Channel: bars, Epoch: m.Epoch, Seq: m.Seq, ID: fmt.Sprint(m.OpenTime)})
			}
			if r := proof.Check(onlyBars(log).Lines(), true); len(r.Broken) != 1 || !strings.Contains(r.Broken[0], "another message by now") {
				t.Errorf("%v: %q, want the forgotten id", r, r.Broken)
			}
		})
	}
}

// onlyBars leaves out what nobody listened to.
func onlyBars(log *proof.Log) *proof.Log {
	only := &proof.Log{}
	for _, line := range log.Lines() {
		if line.Channel == bars {
			only.Add(line)
		}
	}
	return only
}

// The checker finds each fault planted between the store and the client.
func TestPlantedFaultsAreFound(t *testing.T) {
	for _, fault := range []string{"none", "skip", "repeat", "announce first"} {
		t.Run(fault, func(t *testing.T) {
			o := start(t, setup{})
			o.log = &proof.Log{}
			all := walkers(t, o, 3, bars)
			o.mu.Lock()
			switch fault {
			case "skip": // a number, so that the next message takes it
				o.change = func(e server.Entry) server.Entry {
					switch {
					case e.Seq == 20:
						return server.Entry{}
					case e.Seq > 20:
						e.Seq--
					}
					return e
				}
			case "repeat": // a message under the next number
				o.change = func(e server.Entry) server.Entry {
					if e.Channel == bars && e.Seq == 21 {
						e.ID, e.Body = fmt.Sprint(candle(19).OpenTime), []byte(fmt.Sprintf(`{"open_time":%d}`, candle(19).OpenTime))
					}
					return e
				}
			}
			o.mu.Unlock()
			o.commit(15)
			if fault == "announce first" {
				await(t, "all have heard 15 bars", all, func(w *walker) bool { return w.at(15, bars) })
				k := candle(15)
				body := server.AppendCandle([]byte{'{'}, k)
				o.hub.Publish(server.Entry{Channel: bars, Type: "bar", Seq: 16, ID: fmt.Sprint(k.OpenTime), Body: append(body, '}')})
				await(t, "all have heard 16 bars", all, func(w *walker) bool { return w.at(16, bars) })
			}
			o.commit(15)
			await(t, "all have heard 29 bars", all, func(w *walker) bool { return w.at(29, bars) })
			r := proof.Check(o.log.Lines(), fault != "skip")
			if clean := len(r.Broken) == 0; clean != (fault == "none") {
				t.Errorf("%v: %q", r, r.Broken[:min(3, len(r.Broken))])
			}
		})
	}
}
