package alert

import (
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// SenderStore is where deliveries come from.
type SenderStore interface {
	Alert(ctx context.Context, id string) (*server.Alert, error)
	Fired(ctx context.Context, alert string, from int64, limit int) ([]server.Fired, error)

	JoinSenders(ctx context.Context) error
	Together() [][]int
	Deliveries(ctx context.Context, consumer string, partitions []int, own bool, count int) ([]server.Delivery, error)
	Claim(ctx context.Context, consumer string, idle time.Duration, count int) ([]server.Delivery, error)
	Promote(ctx context.Context, now time.Time) error
	Retire(ctx context.Context, idle time.Duration) error
	Settle(ctx context.Context, d server.Delivery, end server.Settlement, now time.Time) (bool, error)
}

// SenderOptions say how webhooks are sent. A zero field is its default.
type SenderOptions struct {
	Timeout time.Duration  // of one attempt; 5 s
	Workers int            // attempts at once; 32
	PerHost int            // of them to one host; 4
	Look    time.Duration  // between two looks for what is due again; 500 ms
	Allow   []netip.Prefix // ranges allowed though they are not of the open Internet
	// Clock tells when messages are due; time.Now if nil.
	Clock func() time.Time
	// Jitter is from 0 to 1; random if nil.
	Jitter func() float64
	Log    *slog.Logger // slog.Default() if nil
}

func (o SenderOptions) withDefaults() SenderOptions {
	or := func(v *time.Duration, otherwise time.Duration) {
		if *v == 0 {
			*v = otherwise
		}
	}
	or(&o.Timeout, 5*time.Second)
	or(&o.Look, 500*time.Millisecond)
	if o.Workers == 0 {
		o.Workers = 32
	}
	if o.PerHost == 0 {
		o.PerHost = 4
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Jitter == nil {
		o.Jitter = mathrand.Float64
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Sender sends what alerts say to their webhooks, at least once, beside any number
// of others over the same store. What a dead one had in hand is taken over after
// three times the longest attempt.
type Sender struct {
	name    string // of this consumer
	store   SenderStore
	options SenderOptions
	client  *http.Client
	hosts   endpoints
	room    chan struct{} // a token for each attempt under way

	mu   sync.Mutex
	held map[held]bool // guarded by mu: deliveries in hand
}

// held is a delivery in hand.
type held struct {
	partition int
	entry     string
}

// NewSender returns a sender.
func NewSender(store SenderStore, options SenderOptions) *Sender {
	o := options.withDefaults()
	return &Sender{
		name: rand.Text(), store: store, options: o, client: newClient(o.Allow, o.Timeout),
		hosts: endpoints{most: o.PerHost, tolerated: tolerated, by: map[string]*endpoint{}}, room: make(chan struct{}, o.Workers), held: map[held]bool{},
	}
}

// idle is how long a delivery may be in the hands of one that does not settle it.
func (s *Sender) idle() time.Duration { return 3 * s.options.Timeout }

// Run sends until ctx ends; attempts under way come to their end.
func (s *Sender) Run(ctx context.Context) error {
	var work sync.WaitGroup
	defer work.Wait()
	defer s.client.CloseIdleConnections()
	for s.failed(ctx, "webhooks are not sent yet", s.store.JoinSenders(ctx)) {
		sleep(ctx, s.options.Look)
	}
	var readers sync.WaitGroup
	for _, group := range s.store.Together() {
		readers.Go(func() { s.read(ctx, group, &work) })
	}
	s.keep(ctx, &work)
	readers.Wait()
	return nil
}

// failed tells of an outage, unless it is our own end.
func (s *Sender) failed(ctx context.Context, what string, err error) bool {
	if err == nil || ctx.Err() != nil {
		return false
	}
	s.options.Log.Warn(what, "err", err)
	return true
}

// read takes deliveries of some partitions: its own first, those whose answer
// was lost on the way.
func (s *Sender) read(ctx context.Context, group []int, work *sync.WaitGroup) {
	own := true
	for ctx.Err() == nil {
		list, err := s.store.Deliveries(ctx, s.name, group, own, 1+s.options.Workers/2)
		if s.failed(ctx, "deliveries are not read", err) {
			own = true
			sleep(ctx, s.options.Look)
			continue
		}
		own = false
		s.begin(ctx, list, work)
	}
}

// keep hands over what is due again, takes over from the dead, and forgets them.
func (s *Sender) keep(ctx context.Context, work *sync.WaitGroup) {
	look, claim, retire := time.NewTicker(s.options.Look), time.NewTicker(s.options.Timeout), time.NewTicker(time.Hour)
	defer look.Stop()
	defer claim.Stop()
	defer retire.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			s.failed(ctx, "what is due again waits", s.store.Promote(ctx, s.options.Clock()))
		case <-claim.C:
			list, err := s.store.Claim(ctx, s.name, s.idle(), s.options.Workers)
			s.failed(ctx, "what others left behind waits", err)
			s.begin(ctx, list, work)
		case <-retire.C:
			s.failed(ctx, "consumers are not retired", s.store.Retire(ctx, time.Hour))
		}
	}
}

// begin handles deliveries, as many at once as there are workers. One that had to
// wait for a worker until it may be another's is left to whoever claims it.
func (s *Sender) begin(ctx context.Context, list []server.Delivery, work *sync.WaitGroup) {
	taken := time.Now()
	for _, d := range list {
		select {
		case s.room <- struct{}{}:
		case <-ctx.Done():
			return
		}
		if time.Since(taken) > s.idle()-2*s.options.Timeout || !s.hold(d) {
			<-s.room
			continue
		}
		work.Go(func() {
			defer func() { <-s.room }()
			defer s.drop(d)
			s.handle(context.WithoutCancel(ctx), d)
		})
	}
}

func (s *Sender) hold(d server.Delivery) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := held{d.Partition, d.Entry}
	if s.held[one] {
		return false
	}
	s.held[one] = true
	return true
}

func (s *Sender) drop(d server.Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, held{d.Partition, d.Entry})
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
