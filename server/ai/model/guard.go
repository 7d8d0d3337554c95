package model

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Ledger counts tokens over all processes that share it.
type Ledger interface {
	// Count adds n to a counter that ends with its window, and gives the sum.
	Count(ctx context.Context, name string, n int64, window time.Duration) (int64, error)
}

// Limits hold a provider in bounds. A zero field is its default.
type Limits struct {
	Timeout time.Duration // of a request with its repetitions; 60 s
	Stall   time.Duration // without a piece of the answer; 15 s
	Tries   uint          // 3
	Pause   time.Duration // before the second try, about; it doubles; 500 ms
	Budget  int64         // tokens a day, read and written; 0 is unlimited
	Ledger  Ledger        // counts them; nil is this process alone
}

// ErrBudget is the answer when the day's tokens are spent.
var ErrBudget = errors.New("the token budget of the day is spent")

// errStall is why an attempt was ended.
var errStall = errors.New("no piece of the answer came in time")

// Guarded is a provider within its limits.
type Guarded struct {
	Provider
	limits Limits
	meter  meter
}

// Guard puts limits around a provider.
func Guard(p Provider, l Limits) *Guarded {
	if l.Timeout == 0 {
		l.Timeout = time.Minute
	}
	if l.Stall == 0 {
		l.Stall = 15 * time.Second
	}
	if l.Tries == 0 {
		l.Tries = 3
	}
	if l.Pause == 0 {
		l.Pause = 500 * time.Millisecond
	}
	if l.Ledger == nil {
		l.Ledger = NewLedger()
	}
	return &Guarded{Provider: p, limits: l}
}

// Counts is the use made of a provider by this process.
type Counts struct {
	Requests  int64 `json:"requests"` // attempts, repetitions included
	Retries   int64 `json:"retries"`
	Errors    int64 `json:"errors"`
	TokensIn  int64 `json:"tokens_in"`
	TokensOut int64 `json:"tokens_out"`
	Busy      int64 `json:"busy_ms"` // time spent waiting for answers
}

type meter struct{ requests, retries, failures, in, out, busy atomic.Int64 }

// Counts is the use so far.
func (g *Guarded) Counts() Counts {
	m := &g.meter
	return Counts{m.requests.Load(), m.retries.Load(), m.failures.Load(), m.in.Load(), m.out.Load(), m.busy.Load()}
}

// Generate asks within the limits. What may do better later is tried again after
// a pause with jitter, or as the provider asks, unless text of the answer has
// been passed on already.
func (g *Guarded) Generate(ctx context.Context, q Request, progress func(string)) (Reply, error) {
	if err := g.afford(ctx); err != nil {
		return Reply{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, g.limits.Timeout, fmt.Errorf("%s did not answer within %v", g.Name(), g.limits.Timeout))
	defer cancel()
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = g.limits.Pause
	pause.Multiplier = 2
	begun := false
	reply, err := backoff.Retry(ctx, func() (Reply, error) {
		reply, err := g.attempt(ctx, q, func(text string) {
			begun = begun || text != ""
			progress(text)
		})
		var failure *Error
		switch {
		case err == nil:
			return reply, nil
		case begun, ctx.Err() != nil, !errors.As(err, &failure), !failure.Again():
			return reply, backoff.Permanent(err)
		case failure.RetryAfter > g.limits.Timeout:
			return reply, backoff.Permanent(err)
		case failure.RetryAfter > 0:
			return reply, errors.Join(err, &backoff.RetryAfterError{Duration: failure.RetryAfter})
		}
		return reply, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(g.limits.Tries), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(error, time.Duration) { g.meter.retries.Add(1) }))
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return reply, errors.Join(cause, plain(err))
	}
	return reply, plain(err)
}

// plain takes off what is for the repetition alone.
func plain(err error) error {
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		err = permanent.Err
	}
	var failure *Error
	if errors.As(err, &failure) {
		return failure
	}
	return err
}

// attempt asks once, and gives up when no piece comes for too long.
func (g *Guarded) attempt(ctx context.Context, q Request, progress func(string)) (Reply, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	watch := time.AfterFunc(g.limits.Stall, func() { end(errStall) })
	defer watch.Stop()
	began := time.Now()
	g.meter.requests.Add(1)
	reply, err := g.Provider.Generate(ctx, q, func(text string) {
		watch.Reset(g.limits.Stall)
		progress(text)
	})
	g.meter.busy.Add(time.Since(began).Milliseconds())
	g.spend(ctx, reply.Usage)
	if err != nil {
		g.meter.failures.Add(1)
		if errors.Is(context.Cause(ctx), errStall) {
			return reply, &Error{Provider: g.Name(), Detail: fmt.Sprintf("%v (%v)", errStall, g.limits.Stall)}
		}
	}
	return reply, err
}

const day = 24 * time.Hour

func (g *Guarded) counter() string { return "tokens:" + g.Name() }

// afford refuses a request when the budget is spent. A ledger that does not
// answer refuses too: a bound nobody watches is none.
func (g *Guarded) afford(ctx context.Context) error {
	if g.limits.Budget == 0 {
		return nil
	}
	spent, err := g.limits.Ledger.Count(ctx, g.counter(), 0, day)
	if err != nil {
		return fmt.Errorf("the token budget cannot be read: %w", err)
	}
	if spent >= g.limits.Budget {
		return fmt.Errorf("%w: %d of %d", ErrBudget, spent, g.limits.Budget)
	}
	return nil
}

func (g *Guarded) spend(ctx context.Context, u Usage) {
	g.meter.in.Add(u.In)
	g.meter.out.Add(u.Out)
	if n := u.In + u.Out; n > 0 && g.limits.Budget > 0 {
		// What cannot be counted now is lost to the budget; the next afford tells
		// when the ledger is away.
		_, _ = g.limits.Ledger.Count(context.WithoutCancel(ctx), g.counter(), n, day)
	}
}

// NewLedger counts in this process alone.
func NewLedger() Ledger { return &ownLedger{} }

// ownLedger counts in this process.
type ownLedger struct {
	mu   sync.Mutex
	sums map[string]int64 // guarded by mu
	ends map[string]time.Time
}

// Count adds n to a counter that ends with its window.
func (l *ownLedger) Count(_ context.Context, name string, n int64, window time.Duration) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sums == nil {
		l.sums, l.ends = map[string]int64{}, map[string]time.Time{}
	}
	if now := time.Now(); now.After(l.ends[name]) {
		l.sums[name], l.ends[name] = 0, now.Add(window)
	}
	l.sums[name] += n
	return l.sums[name], nil
}
