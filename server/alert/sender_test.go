package alert_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// loopback are senders whose targets are on this machine.
var loopback = alert.SenderOptions{
	Timeout: 20 * time.Second, Look: 10 * time.Millisecond, Log: quiet(),
	Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
}

// brief is loopback with a time-out that is soon over: for targets that hang, and
// for senders that die, whose work others take once it has passed.
func brief() alert.SenderOptions {
	o := loopback
	o.Timeout = time.Second
	return o
}

// hasty settles what it takes before it sends it.
type hasty struct{ *store.Store }

func (h hasty) Deliveries(ctx context.Context, consumer string, partitions []int, own bool, count int) ([]server.Delivery, error) {
	list, err := h.Store.Deliveries(ctx, consumer, partitions, own, count)
	for _, d := range list {
		if _, err := h.Settle(ctx, d, server.Settlement{}, time.Now()); err != nil {
			return nil, err
		}
	}
	return list, err
}

// receiver is a target that keeps what it was sent.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	ids     []string // in the order they came
	times   map[string]int
	headers map[string]http.Header // of the last attempt
	bodies  map[string]string
	came    chan struct{} // told of each POST before it is answered
}

func receive(t *testing.T) *receiver {
	r := &receiver{times: map[string]int{}, headers: map[string]http.Header{}, bodies: map[string]string{}, came: make(chan struct{}, 100_000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return // its sender died
		}
		id := q.Header.Get("Quantum-Event-Id")
		r.mu.Lock()
		r.ids = append(r.ids, id)
		r.times[id]++
		r.headers[id], r.bodies[id] = q.Header, string(body)
		r.mu.Unlock()
		r.came <- struct{}{}
		time.Sleep(3 * time.Millisecond) // the time in which its sender may die
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) distinct() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.times)
}

// quick makes alerts that fire at every bar, and commits bars of walk directly.
func quick(t *testing.T, s *store.Store, urls ...string) []*server.Alert {
	t.Helper()
	commit(t, s, 0, 1, nil)
	alerts := make([]*server.Alert, len(urls))
	for i, url := range urls {
		alerts[i] = add(t, s, server.Alert{Expression: "close > 0", Webhook: &server.Webhook{URL: url, Secret: "top", Former: "former", FormerUntil: 1 << 60}})
	}
	return alerts
}

// commit commits bars, at each of which the alerts, if any, are judged by their
// candle alone.
func commit(t *testing.T, s *store.Store, from, to int, alerts []*server.Alert) {
	t.Helper()
	taken, err := s.Acquire(t.Context(), "test", time.Minute, []int{s.Partition(walk.Market)})
	if err != nil || len(taken) != 1 {
		t.Fatalf("lease: %v, %v", taken, err)
	}
	book := alert.NewBook(s, quiet())
	if err := book.Read(t.Context(), s.Partition(walk.Market)); err != nil {
		t.Fatal(err)
	}
	list := make([]server.Commit, 0, to-from)
	for i := from; i < to; i++ {
		c := server.Commit{Lease: taken[0], Series: walk, Candle: walked().At(i), Snapshot: &server.Snapshot{}}
		if i > 0 {
			c.After = walked().OpenTime[i-1]
		}
		if len(alerts) > 0 {
			c.Alerting = book.Judge(walk, &server.Closed{Candle: c.Candle})
		}
		list = append(list, c)
	}
	for i, answer := range s.Commit(t.Context(), list) {
		if answer.Err != nil {
			t.Fatalf("bar %d: %v", from+i, answer.Err)
		}
	}
}

// idsOf are the ids an alert's messages have, in order.
func idsOf(a *server.Alert, from, to int) []string {
	ids := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		ids = append(ids, alert.FiringID(a.ID, walk, walked().OpenTime[i]))
	}
	return ids
}

// runSender runs a sender until the test ends.
func runSender(t *testing.T, s *store.Store, o alert.SenderOptions) {
	t.Helper()
	run(t, alert.NewSender(s, o))
}

func run(t *testing.T, sender *alert.Sender) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- sender.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestWebhooksAreSignedAndInOrder(t *testing.T) {
	storetest.OnEach(t, store.Options{Partitions: 8}, func(t *testing.T, s *store.Store) {
		r := receive(t)
		alerts := quick(t, s, r.URL, r.URL)
		runSender(t, s, loopback)
		runSender(t, s, loopback) // two share the work
		commit(t, s, 1, 31, alerts)
		until(t, "all are delivered", func() bool { return r.distinct() == 60 })
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, a := range alerts {
			at := map[string]int{}
			for i, id := range r.ids {
				at[id] = i
			}
			for i, ids := 1, idsOf(a, 1, 31); i < len(ids); i++ {
				if at[ids[i]] < at[ids[i-1]] || r.times[ids[i]] != 1 {
					t.Errorf("message %d of %s came at %d after %d, %d times", i, a.ID, at[ids[i]], at[ids[i-1]], r.times[ids[i]])
				}
			}
		}
		for id, h := range r.headers {
			want := alert.Sign(h.Get("Quantum-Timestamp"), []byte(r.bodies[id]), "top", "former")
			if h.Get("Quantum-Signature") != want || strings.Count(want, "v1=") != 2 || h.Get("Idempotency-Key") != id || h.Get("Quantum-Delivery-Attempt") != "1" {
				t.Errorf("headers %v, want the signature %s", h, want)
			}
			if ms, err := strconv.ParseInt(h.Get("Quantum-Timestamp"), 10, 64); err != nil || time.Since(time.UnixMilli(ms)) > time.Minute {
				t.Errorf("timestamp %s", h.Get("Quantum-Timestamp"))
			}
		}
	})
}

// killSenders is F3: a sender process is killed around its POSTs, again and
// again, until all was delivered or it is plain that something is lost. It gives
// how many ids are missing, and of the alert that had most how many POSTs too many
// there were.
func killSenders(t *testing.T, role string, kills int) (missing, repeats, killed int) {
	redis := storetest.Start(t)
	s := storetest.Open(t, redis, store.Options{})
	r := receive(t)
	alerts := quick(t, s, r.URL, r.URL, r.URL)
	last := 4 * kills // the senders live for three POSTs on average, of three alerts
	commit(t, s, 1, last, alerts)
	due := (last - 1) * len(alerts)
	for sender := child(t, role, redis.URL()); killed < kills && r.distinct() < due; killed++ {
		for range 1 + killed%5 { // around one of the next POSTs
			select {
			case <-r.came:
			case <-time.After(3 * time.Second): // nothing is left to send
			}
		}
		kill(sender)
		sender = child(t, role, redis.URL())
	}
	for end := time.Now().Add(2 * time.Minute); r.distinct() < due && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if b, err := s.Backlog(t.Context()); err == nil && b.Pending+b.Waiting+b.Retrying == 0 && role != "sender" {
			if now, err := s.Alert(t.Context(), alerts[0].ID); err == nil && now.State.Turn == 0 {
				break // all is settled, nothing will come
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range alerts {
		own := 0
		for _, id := range idsOf(a, 1, last) {
			own += max(0, r.times[id]-1)
		}
		repeats = max(repeats, own)
	}
	return due - len(r.times), repeats, killed
}

func TestKilledSendersLoseNothing(t *testing.T) {
	t.Parallel()
	due := chaostest.Rounds(t, 10)
	missing, repeats, kills := killSenders(t, "sender", due)
	t.Logf("%d kills: %d missing, at most %d of an alert sent again", kills, missing, repeats)
	if missing != 0 || repeats > kills { // of each alert one is under way
		t.Errorf("%d missing, %d of an alert sent again after %d kills", missing, repeats, kills)
	}
	if kills < due/2 {
		t.Errorf("only %d kills before all was sent", kills)
	}
	chaostest.Row{Fault: "F3 kill -9 a sender around its POST", Runs: kills, Damage: chaostest.Damage{Lost: missing}}.Write(t)
}

// A sender that settles first loses what it dies with: the test above would see
// it.
func TestAHastySenderIsSeen(t *testing.T) {
	t.Parallel()
	if missing, _, kills := killSenders(t, "hasty sender", 10); missing == 0 || missing == 117 {
		t.Errorf("%d of 117 are missing after %d kills of a sender that settles first; want some", missing, kills)
	}
}
