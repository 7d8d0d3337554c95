package hub_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/hub"
)

// listener hears server-sent events.
type listener struct {
	t     *testing.T
	body  *bufio.Scanner
	close func() error
	last  string // Last-Event-ID
}

// stream asks for channels, from a place on where it is not empty.
func (o *origin) stream(last string, channels ...string) *listener {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, "http"+strings.TrimPrefix(o.url, "ws")+"/stream?"+url.Values{"ch": channels}.Encode(), nil)
	if err != nil {
		o.t.Fatal(err)
	}
	if last != "" {
		request.Header.Set("Last-Event-ID", last)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		o.t.Fatalf("the stream answers %s, %s", response.Status, response.Header.Get("Content-Type"))
	}
	l := &listener{t: o.t, body: bufio.NewScanner(response.Body), close: response.Body.Close, last: last}
	l.body.Buffer(nil, 1<<20)
	return l
}

// next gives the next message that is no heartbeat, and the name of its event.
func (l *listener) next() (m message, event string) {
	l.t.Helper()
	for l.body.Scan() {
		field, value, _ := strings.Cut(l.body.Text(), ": ")
		switch field {
		case "id":
			l.last = value
		case "event":
			event = value
		case "data":
			if err := json.Unmarshal([]byte(value), &m); err != nil {
				l.t.Fatalf("%q: %v", value, err)
			}
		case "":
			if m.T != "hb" {
				return m, event
			}
			m = message{}
		}
	}
	l.t.Fatalf("the stream ended: %v", l.body.Err())
	return m, event
}

func TestAStreamCarriesTheSameMessages(t *testing.T) {
	o := start(t, setup{})
	o.commit(2)
	l := o.stream("", signals, bars)
	for _, ch := range []string{signals, bars} {
		if m, _ := l.next(); m.T != "ok" || m.Ch != ch || m.Seq != 2 || m.Resumed {
			t.Fatalf("the stream begins with %+v, want ok of %s at 2", m, ch)
		}
	}
	o.commit(3)
	next := map[string]int64{signals: 3, bars: 3}
	for range 6 {
		m, _ := l.next()
		if m.Seq != next[m.Ch] {
			t.Fatalf("got %+v, want seq %d", m, next[m.Ch])
		}
		next[m.Ch]++
	}
	epoch := o.store.Epoch()
	if want := fmt.Sprintf("%s.5.%s,%s.5.%d", epoch, eventID(4), epoch, candle(4).OpenTime); l.last != want {
		t.Errorf("the last id is %q, want %q", l.last, want)
	}
}

func TestAStreamResumesWhereItsLastIDSays(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Ring: 4}})
	o.commit(1)
	seq, last := int64(0), ""
	for range 6 {
		l := o.stream(last, signals)
		if ok, _ := l.next(); ok.T != "ok" || ok.Resumed != (last != "") {
			t.Fatalf("the stream begins with %+v", ok)
		} else if last == "" {
			seq = ok.Seq
		}
		o.commit(10)
		for range 7 { // some of what was committed is left for the next
			m, _ := l.next()
			if m.T != "event" || m.Seq != seq+1 || m.ID != eventID(int(seq)) {
				t.Fatalf("after %d came %+v", seq, m)
			}
			seq = m.Seq
		}
		last = l.last
		if want := fmt.Sprintf("%s.%d.%s", o.store.Epoch(), seq, eventID(int(seq)-1)); last != want {
			t.Fatalf("the last id is %q, want %q", last, want)
		}
		if err := l.close(); err != nil {
			t.Error(err)
		}
	}
	l := o.stream(fmt.Sprintf("%s.%d.e_other", o.store.Epoch(), seq), signals)
	ok, _ := l.next()
	gap, _ := l.next()
	snap, _ := l.next()
	if ok.Resumed || gap.T != "gap" || gap.Why != "epoch" || gap.From != seq+1 || snap.T != "snap" || snap.Seq != ok.Seq {
		t.Errorf("with another id: %+v, %+v, %+v; want a gap and a snap", ok, gap, snap)
	}
}

func TestAStreamIsRefusedWithAStatus(t *testing.T) {
	o := start(t, setup{})
	many := url.Values{}
	for range 33 {
		many.Add("ch", bars)
	}
	for _, tt := range []struct {
		query, last, accept string
		status              int
	}{
		{"", "", "", 422}, {many.Encode(), "", "", 422}, {"ch=trades:x", "", "", 422}, {"ch=bars:sim:OTHER:1m", "", "", 404},
		{"ch=alerts:a1", "", "", 404}, {"ch=bars:sim:SIMUSDT:*", "", "", 422}, {"ch=" + bars + "&ch=" + bars, "", "", 422},
		{"ch=" + bars, "e1.x.y", "", 422}, {"ch=" + bars, "e1.1.y,e1.1.z", "", 422}, {"ch=" + bars, "", "application/json", 406},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http"+strings.TrimPrefix(o.url, "ws")+"/stream?"+tt.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Last-Event-ID", tt.last)
		if tt.accept != "" {
			request.Header.Set("Accept", tt.accept)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != tt.status || response.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%.60s after %q: %s %s, want a problem of %d", tt.query, tt.last, response.Status, response.Header.Get("Content-Type"), tt.status)
		}
	}
	free(t, o)
}

func TestAStreamIsToldWhyItEnds(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Beat: 32 * time.Millisecond}})
	o.commit(3)
	l := o.stream("", bars)
	l.next()
	o.hub.Publish(server.Entry{Channel: bars, Type: "bar", Seq: 4, ID: "1", Body: []byte(`{"open_time":1}`)}) // of a tail the store has lost
	for {
		m, event := l.next()
		if event == "close" {
			if m.Code != 4010.0 || m.Reason != "epoch lost" {
				t.Errorf("the end is %+v", m)
			}
			return
		}
	}
}
