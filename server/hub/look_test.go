package hub_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/hub"
)

func TestHistoryGivesStoredMessagesInPages(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Queue: 16 << 10}})
	for range 9 {
		o.commit(100)
	}
	c := o.connect()
	seq, pages := int64(101), 0
	for from := int64(101); from > 0; pages++ {
		c.send(fmt.Sprintf(`{"op":"history","id":"7","ch":%q,"from":%d,"limit":500}`, signals, from))
		m := c.expect("history", "7")
		if m.Ch != signals || m.Epoch != o.store.Epoch() || m.Seq != 900 {
			t.Fatalf("history is %+v", m)
		}
		for _, e := range m.Data["events"] {
			if e["seq"] != float64(seq) || e["id"] != eventID(int(seq)-1) {
				t.Fatalf("got %v, want seq %d", e, seq)
			}
			seq++
		}
		if from = m.Next; from != 0 && from != seq {
			t.Fatalf("the next page begins at %d, want %d", from, seq)
		}
	}
	if seq != 901 || pages < 3 {
		t.Errorf("history ends before %d after %d pages, want 901 and more than two", seq, pages)
	}
	c.send(fmt.Sprintf(`{"op":"history","id":"8","ch":%q,"from":5,"limit":2}`, bars))
	if m := c.expect("history", "8"); len(m.Data["bars"]) != 2 || m.Data["bars"][0]["seq"] != 5.0 || m.Next != 7 {
		t.Errorf("two bars from 5 on are %+v", m)
	}
	c.send(fmt.Sprintf(`{"op":"history","id":"9","ch":%q,"from":901}`, bars))
	if m := c.expect("history", "9"); len(m.Data["bars"]) != 0 || m.Next != 0 {
		t.Errorf("beyond the head: %+v", m)
	}
	for _, bad := range []string{`"limit":501`, `"limit":-1`, `"from":-5`} {
		c.send(fmt.Sprintf(`{"op":"history","id":"x","ch":%q,%s}`, bars, bad))
		if m := c.expect("err", "x"); m.Code != "invalid_parameter" {
			t.Errorf("%s is refused with %+v", bad, m)
		}
	}
}

func TestAsManySnapsAsAskedForComeThoughTheQueueIsShort(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Queue: 16 << 10}})
	o.commit(100)
	c := o.connect()
	list := make([]string, 60)
	for i := range list {
		list[i] = fmt.Sprintf(`{"op":"sub","id":"%d","ch":%q,"snap":true}`, i, signals)
	}
	c.send(`{"op":"subs","list":[` + strings.Join(list, ",") + `]}`)
	for i := range list {
		c.expect("ok", fmt.Sprint(i))
		if m := c.next(); m.T != "snap" || m.Seq != 100 || len(m.Data["events"]) < 20 {
			t.Fatalf("snap %d is %+v", i, m)
		}
	}
}

func TestBarsTheSourceLacksAreAGapWithoutANumber(t *testing.T) {
	for _, join := range []bool{true, false} {
		o := start(t, setup{hub: hub.Options{Ring: 16}})
		o.commit(3)
		o.bars += 5 // nobody has these
		o.commit(1)
		c := dial(t, o.url)
		c.send(fmt.Sprintf(`{"op":"hello","join":%v}`, join))
		c.expect("welcome", "")
		c.send(resume("1", bars, o.store.Epoch(), 2, fmt.Sprint(candle(1).OpenTime))) // read from the store
		c.expect("ok", "1")
		hole := func(seq int64) {
			t.Helper()
			if gap := c.next(); gap.T != "gap" || gap.Why != "source" || gap.From != seq || gap.To != seq-1 || gap.Next != seq {
				t.Fatalf("before bar %d came %+v, want the gap of the source", seq, gap)
			}
			c.run(bars, seq, seq)
		}
		c.run(bars, 3, 3)
		hole(4)
		o.commit(1)
		c.run(bars, 5, 5)
		o.bars += 2
		o.commit(2)
		hole(6) // live
		c.run(bars, 7, 7)
	}
}

func TestMarketsTellTheirStates(t *testing.T) {
	o := start(t, setup{hub: hub.Options{States: 10 * time.Millisecond}})
	set := func(state server.State) {
		t.Helper()
		if err := o.store.SetStates(t.Context(), o.lease, map[server.Market]server.State{minute.Market: state}); err != nil {
			t.Fatal(err)
		}
	}
	c := o.connect()
	c.send(sub("1", "markets"))
	ok := c.expect("ok", "1")
	want := []server.State{server.Stale, server.Live, server.Gap}
	seq := int64(0)
	for i, state := range want {
		if i > 0 {
			set(state)
		}
		for m := c.next(); ; m = c.next() {
			if m.T != "markets" || m.Ch != "markets" || m.Epoch != ok.Epoch || m.Seq <= seq || len(m.States) != 1 {
				t.Fatalf("after %d came %+v", seq, m)
			}
			if seq = m.Seq; m.States[minute.Market.String()] == state {
				break
			}
		}
	}
	late := o.connect()
	late.send(sub("1", "markets"))
	at := late.expect("ok", "1").Seq
	if m := late.next(); m.Seq != seq || m.Seq <= at || m.States[minute.Market.String()] != server.Gap {
		t.Errorf("a new client first hears %+v, want the newest states", m)
	}
}

// kept keeps the messages of one alert as a stream, and tells them through the
// outbox.
type kept struct {
	client *redis.Client
	out    string // key of an outbox
}

const alertKey = "test:alert"

func (k *kept) Head(ctx context.Context, id string) (int64, error) {
	if id != "a1" {
		return 0, &server.Error{Code: server.CodeNotFound, Detail: "there is no alert " + id}
	}
	return k.client.XLen(ctx, alertKey).Result()
}

func (k *kept) Replay(ctx context.Context, _ string, from int64, limit int) ([]server.Entry, error) {
	all, err := k.client.XRangeN(ctx, alertKey, fmt.Sprintf("%d-0", from), "+", int64(limit)).Result()
	var entries []server.Entry
	for _, m := range all {
		var seq int64
		_, _ = fmt.Sscan(m.ID, &seq) // up to the dash
		body := m.Values["body"].(string)
		entries = append(entries, server.Entry{Channel: "alerts:a1", Type: "alert", Seq: seq, ID: m.Values["id"].(string), Body: []byte(body)})
	}
	return entries, err
}

// fire stores messages and then tells them.
func (k *kept) fire(t *testing.T, from, to int64) {
	t.Helper()
	p := k.client.TxPipeline()
	for seq := from; seq <= to; seq++ {
		id, body := fmt.Sprintf("d_%d", seq), fmt.Sprintf(`{"id":"d_%d","rule":"a1"}`, seq)
		p.XAdd(t.Context(), &redis.XAddArgs{Stream: alertKey, ID: fmt.Sprintf("%d-0", seq), Values: []any{"id", id, "body", body}})
		p.XAdd(t.Context(), &redis.XAddArgs{Stream: k.out, Values: []any{"ch", "alerts:a1", "t", "alert", "seq", seq, "id", id, "body", body}})
	}
	if _, err := p.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAlertsAreAChannelEach(t *testing.T) {
	var k *kept
	o := start(t, setup{hub: hub.Options{Ring: 16, Beat: 160 * time.Millisecond}, before: func(o *origin, h *hub.Options) {
		options, err := redis.ParseURL(o.redis.URL())
		if err != nil {
			t.Fatal(err)
		}
		k = &kept{client: redis.NewClient(options), out: fmt.Sprintf("q:{p%02d}:out", o.lease.Partition)}
		t.Cleanup(func() { k.client.Close() })
		h.Alerts = k
	}})
	k.fire(t, 1, 40)
	c := o.connect()
	c.send(sub("1", "alerts:a2"))
	if m := c.expect("err", "1"); m.Code != "not_found" {
		t.Errorf("an alert that is not there: %+v", m)
	}
	c.send(resume("2", "alerts:a1", o.store.Epoch(), 5, "d_5"))
	if ok := c.expect("ok", "2"); !ok.Resumed || ok.Replay != 35 {
		t.Errorf("resuming: %+v", ok)
	}
	c.run("alerts:a1", 6, 40)
	k.fire(t, 41, 45)
	c.run("alerts:a1", 41, 45)
	c.send(`{"op":"snap","id":"3","ch":"alerts:a1"}`)
	if m := c.next(); m.T != "snap" || m.Seq != 45 || len(m.Data["alerts"]) != 45 {
		t.Errorf("a snap is %+v", m)
	}
}

func TestEveryQuietChannelIsNamedWithinTwoBeats(t *testing.T) {
	const beat = 480 * time.Millisecond
	o := start(t, setup{hub: hub.Options{Beat: beat}})
	list := []string{}
	for i := range 40 {
		series := server.Series{Market: server.Market{Source: "sim", Symbol: fmt.Sprintf("S%d", i)}, Interval: core.Minute}
		if err := o.store.Watch(t.Context(), server.Watched{Series: series}); err != nil {
			t.Fatal(err)
		}
		list = append(list, sub("x", server.BarsChannel(series)), sub("x", server.SignalsChannel(series)))
	}
	c := o.connect()
	c.send(`{"op":"subs","list":[` + strings.Join(list, ",") + `]}`)
	for range list {
		c.expect("ok", "x")
	}
	heads := map[string]int64{}
	var first, before int64
	for len(heads) < len(list) {
		m, err := c.read()
		if err != nil || m.T != "hb" {
			t.Fatalf("got %+v, %v; want a heartbeat", m, err)
		}
		if first == 0 {
			first = m.Now
		} else if quiet := m.Now - before; quiet > 2*beat.Milliseconds() {
			t.Errorf("heartbeats are %d ms apart, want %v", quiet, beat)
		}
		before = m.Now
		for ch, head := range m.Heads {
			heads[ch] = head
		}
	}
	if took := before - first; took > 3*beat.Milliseconds()/2 {
		t.Errorf("from one heartbeat on it took %d ms until all heads were named, want one beat of %v more", took, beat)
	}
}
