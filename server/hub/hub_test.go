package hub_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/store"
)

func TestAClientHearsWhatIsCommitted(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Engine: "1.2.3"}})
	o.commit(3)
	c := dial(t, o.url)
	c.send(`{"op":"hello","id":"1","client":"test/1"}`)
	welcome := c.expect("welcome", "1")
	if welcome.Engine != "1.2.3" || welcome.Limits["channels"] != 200 || welcome.Now == 0 {
		t.Errorf("welcome is %+v", welcome)
	}
	c.send(fmt.Sprintf(`{"op":"subs","id":"2","list":[%s,%s]}`, sub("b", bars), sub("s", signals)))
	for _, id := range []string{"b", "s"} {
		if ok := c.expect("ok", id); ok.Seq != 3 || ok.Resumed || ok.Epoch != o.store.Epoch() {
			t.Errorf("attached with %+v, want seq 3 of epoch %s", ok, o.store.Epoch())
		}
	}
	o.commit(1)
	k := candle(3)
	bar, event := c.next(), c.next()
	if bar.T != "bar" || bar.Ch != bars || bar.Seq != 4 || bar.OpenTime != k.OpenTime || bar.Close != k.Close || bar.Epoch != o.store.Epoch() {
		t.Errorf("the bar is %+v, want seq 4 of %v", bar, k)
	}
	if event.T != "event" || event.Ch != signals || event.Seq != 4 || event.ID != eventID(3) || event.Kind != "cipher.buy" || event.Side != "bull" ||
		event.Price != k.Close || event.KnownAt != k.OpenTime+60_000 || event.TS["bar_close"] != event.KnownAt || event.TS["committed"] == 0 || event.TS["sent"] < event.TS["committed"]-1000 {
		t.Errorf("the event is %+v", event)
	}
	c.send(`{"op":"unsub","id":"3","ch":"` + bars + `"}`)
	c.expect("ok", "3")
	o.commit(1)
	c.run(signals, 5, 5)
	c.send(`{"op":"ping","id":"4"}`)
	c.expect("ok", "4")
}

func TestEveryClientHearsTheSameOrder(t *testing.T) {
	const clients, messages = 40, 600
	o := start(t, setup{})
	var ready, done sync.WaitGroup
	for range clients {
		c := o.connect()
		ready.Add(1)
		done.Go(func() {
			c.send(sub("b", bars))
			c.expect("ok", "b")
			c.send(sub("s", signals))
			c.expect("ok", "s")
			ready.Done()
			next := map[string]int64{bars: 1, signals: 1}
			for range 2 * messages {
				m := c.next()
				if m.Seq != next[m.Ch] {
					t.Errorf("got %s %d, want %d", m.Ch, m.Seq, next[m.Ch])
					return
				}
				next[m.Ch]++
			}
		})
	}
	ready.Wait()
	for range messages / 50 {
		o.commit(50)
	}
	done.Wait()
}

func TestResumeLeavesNoHole(t *testing.T) {
	for _, size := range []int{4, 1024} { // most of it from the store, and all of it from memory
		t.Run("ring="+strconv.Itoa(size), func(t *testing.T) {
			const total = 1500
			o := start(t, setup{hub: hub.Options{Ring: size, Page: 7}})
			o.commit(1)
			var feed sync.WaitGroup
			feed.Go(func() {
				for range (total - 1) / 10 {
					o.commit(10)
					time.Sleep(time.Millisecond) // so that clients come while bars do
				}
			})
			seq, last, cuts := int64(0), "", 0
			for seq < total-9 {
				c := o.connect()
				c.send(resume("r", signals, o.store.Epoch(), seq, last))
				if ok := c.expect("ok", "r"); !ok.Resumed || ok.Replay != max(0, ok.Seq-seq) {
					t.Fatalf("resuming after %d: %+v, want resumed", seq, ok)
				}
				for range 130 {
					m := c.next()
					if m.Seq != seq+1 || m.ID != eventID(int(seq)) {
						t.Fatalf("after %d came %+v", seq, m)
					}
					seq, last = m.Seq, m.ID
					if seq >= total-9 {
						break
					}
				}
				c.conn.Close()
				cuts++
			}
			feed.Wait()
			if cuts < 5 {
				t.Errorf("the client was cut %d times, want at least 5", cuts)
			}
		})
	}
}

func TestResumeThatCannotBeProvenIsAGap(t *testing.T) {
	o := start(t, setup{store: store.Options{Retention: store.Retention{Events: 100}}})
	for range 10 {
		o.commit(100)
	}
	epoch := o.store.Epoch()
	for _, tt := range []struct {
		name, epoch, last string
		seq               int64
		why               string
	}{
		{"another epoch", "other", eventID(989), 990, "epoch"},
		{"a number not given yet", epoch, "x", 2000, "epoch"},
		{"another message of that number", epoch, "e_other", 990, "epoch"},
		{"a message not stored any more", epoch, eventID(9), 10, "window"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := o.connect()
			c.t = t
			c.send(resume("r", signals, tt.epoch, tt.seq, tt.last))
			if ok := c.expect("ok", "r"); ok.Resumed || ok.Seq != 1000 {
				t.Errorf("resuming: %+v, want not resumed at 1000", ok)
			}
			if gap := c.next(); gap.T != "gap" || gap.From != tt.seq+1 || gap.To != 1000 || gap.Next != 1001 || gap.Why != tt.why {
				t.Errorf("then %+v, want the gap after %d because of the %s", gap, tt.seq, tt.why)
			}
			snap := c.next()
			events := snap.Data["events"]
			if snap.T != "snap" || snap.Seq != 1000 || len(events) != 50 || events[49]["id"] != eventID(999) || events[49]["seq"] != 1000.0 {
				t.Errorf("then %+v, want a snap of the newest 50", snap)
			}
		})
	}
}

func TestASnapComesBeforeWhatFollowsIt(t *testing.T) {
	o := start(t, setup{})
	o.commit(3)
	c := o.connect()
	var feed sync.WaitGroup
	feed.Go(func() {
		for range 20 {
			o.commit(5)
		}
	})
	c.send(fmt.Sprintf(`{"op":"sub","id":"1","ch":%q,"snap":true}`, bars))
	ok := c.expect("ok", "1")
	snap := c.next()
	if got := snap.Data["bars"]; snap.T != "snap" || snap.Seq != ok.Seq || len(got) == 0 || got[len(got)-1]["seq"] != float64(ok.Seq) {
		t.Errorf("after ok at %d came %+v, want a snap as of it", ok.Seq, snap)
	}
	c.run(bars, ok.Seq+1, 103)
	feed.Wait()
	c.send(fmt.Sprintf(`{"op":"snap","id":"2","ch":%q}`, bars))
	if snap := c.next(); snap.T != "snap" || snap.Seq != 103 {
		t.Errorf("asked for a snap, got %+v", snap)
	}
}

func TestWhatTheFeedLeftOutIsReadFromTheStore(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Beat: 50 * time.Millisecond}})
	c := o.connect()
	c.send(sub("1", bars))
	c.expect("ok", "1")
	o.commit(1)
	c.run(bars, 1, 1)
	o.silence(true)
	o.commit(3) // told by nobody: a comparison of heads finds them
	c.run(bars, 2, 4)
	o.commit(2)
	o.silence(false)
	o.commit(1) // seen to leave a hole
	c.run(bars, 5, 7)
}

func TestFormingBarsAreLastValue(t *testing.T) {
	o := start(t, setup{})
	forming := server.FormingChannel(minute)
	c := o.connect()
	publish := func(n int) {
		for i := range n {
			body := fmt.Sprintf(`{"open_time":%d,"close":%d,"readings":{"wt1":%d.5}}`, int64(firstOpen), i, i)
			f := server.Forming{Lease: o.lease, Series: minute, OpenTime: firstOpen, Body: []byte(body)}
			if err := o.store.PublishForming(t.Context(), []server.Forming{f}); err != nil {
				t.Error(err)
			}
		}
	}
	c.send(sub("1", forming))
	c.expect("ok", "1")
	publish(300)
	last := int64(0)
	for last < 300 {
		m := c.next()
		from := m.From
		if from == 0 {
			from = m.Seq
		}
		if m.T != "forming" || from != last+1 && last > 0 || m.Seq < from || m.Readings["wt1"] != float64(m.Seq)-0.5 {
			t.Fatalf("after %d came %+v", last, m)
		}
		last = m.Seq
	}
	late := o.connect()
	late.send(sub("1", forming))
	at := late.expect("ok", "1").Seq
	if m := late.next(); m.Seq != 300 || m.Seq <= at || m.From != 0 {
		t.Errorf("a new client first hears %+v, want the newest value", m)
	}
}

func TestHeartbeatsNameTheHeadsOfQuietChannels(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Beat: 20 * time.Millisecond}})
	o.commit(2)
	c := o.connect()
	c.send(fmt.Sprintf(`{"op":"subs","id":"1","list":[%s,%s]}`, sub("b", bars), sub("s", signals)))
	heads := map[string]int64{}
	for range 20 {
		m, err := c.read()
		if err != nil {
			t.Fatal(err)
		}
		if m.T == "hb" && m.Now == 0 {
			t.Errorf("heartbeat %+v has no time", m)
		}
		for ch, head := range m.Heads {
			heads[ch] = head
		}
	}
	if heads[bars] != 2 || heads[signals] != 2 {
		t.Errorf("20 messages name the heads %v, want 2 of both channels", heads)
	}
}

func TestAMarketStandsForAllItsIntervals(t *testing.T) {
	o := start(t, setup{})
	o.commit(1)
	c := o.connect()
	c.send(sub("1", "bars:sim:SIMUSDT:*"))
	if first, second := c.expect("ok", "1"), c.expect("ok", "1"); first.Ch != bars || second.Ch != server.BarsChannel(hour) {
		t.Errorf("attached to %s and %s", first.Ch, second.Ch)
	}
	c.send(`{"op":"unsub","id":"2","ch":"bars:sim:SIMUSDT:*"}`)
	c.expect("ok", "2")
	o.commit(1)
	c.send(`{"op":"ping","id":"3"}`)
	c.expect("ok", "3")
}

func TestCloseLetsEveryClientGo(t *testing.T) {
	o := start(t, setup{})
	clients := []*client{o.connect(), o.connect(), o.connect()}
	clients[0].send(sub("1", bars))
	clients[0].expect("ok", "1")
	closing := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		closing <- o.hub.Close(ctx)
	}()
	for _, c := range clients {
		if code := c.closed(); code != 4003 {
			t.Errorf("closed with %d, want 4003", code)
		}
	}
	if err := <-closing; err != nil {
		t.Errorf("Close: %v", err)
	}
	if s := o.hub.Stats(); s.Connections != 0 {
		t.Errorf("%d connections after Close", s.Connections)
	}
}

func TestALostEpochLetsEveryClientGo(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Beat: 20 * time.Millisecond}})
	o.commit(3)
	c := o.connect()
	c.send(sub("1", bars))
	c.expect("ok", "1")
	o.hub.Publish(server.Entry{Channel: bars, Type: "bar", Seq: 4, Body: []byte(`{"open_time":1}`)}) // of a tail the store has lost
	c.run(bars, 4, 4)
	if code := c.closed(); code != 4010 {
		t.Errorf("closed with %d, want 4010", code)
	}
}
