package access

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quantum-signals/quantum/server"
)

const (
	// handful is the share of a bucket an origin takes out at once, so that most
	// requests make no round trip.
	handful    = 20
	maxHandful = 50
	// keepFor is how long an origin keeps what it took and did not spend.
	keepFor   = time.Second
	maxPurses = 10_000
)

// purses are the tokens taken out of the store's buckets and not yet spent.
type purses struct {
	mu  sync.Mutex
	all map[string]*purse // guarded by mu
}

type purse struct {
	tokens, left int // left in the bucket, as it was told
	until        time.Time
}

// spend takes a token of somebody's purse; false where it is empty.
func (p *purses) spend(whose string, now time.Time) (left int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.all[whose]
	if one == nil || one.tokens == 0 || now.After(one.until) {
		return 0, false
	}
	one.tokens--
	return one.tokens + one.left, true
}

func (p *purses) fill(whose string, tokens, left int, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil || len(p.all) >= maxPurses {
		p.all = map[string]*purse{}
	}
	p.all[whose] = &purse{tokens, left, now.Add(keepFor)}
}

// spend takes a token for a request, and tells the limit in the fields of
// draft-ietf-httpapi-ratelimit-headers. A store that does not answer lets
// everybody through: the API is of more use than its limits.
func (g *Guard) spend(ctx context.Context, head http.Header, whose string, rate Rate) error {
	if rate.PerSecond <= 0 {
		return nil
	}
	size := max(rate.Burst, 1)
	head.Set("RateLimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, size, max(1, int(math.Ceil(float64(size)/rate.PerSecond)))))
	now := time.Now()
	if left, ok := g.purses.spend(whose, now); ok {
		tell(head, left, 0)
		return nil
	}
	want := min(max(1, size/handful), maxHandful)
	got, err := g.store.Take(ctx, whose, rate.PerSecond, size, want)
	if err != nil {
		if g.warned.once(now) {
			g.options.Log.Warn("rates are not counted: the store does not answer", "err", err)
		}
		return nil
	}
	if got.Granted == 0 {
		tell(head, 0, got.Wait)
		head.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(got.Wait.Seconds())))))
		return &server.Error{Code: server.CodeRate, Detail: fmt.Sprintf("more than %v requests a second, or %d at once", rate.PerSecond, size)}
	}
	if got.Granted > 1 {
		g.purses.fill(whose, got.Granted-1, got.Left, now)
	}
	tell(head, got.Left+got.Granted-1, got.Wait)
	return nil
}

// tell says how many requests are left, and when there will be more.
func tell(head http.Header, left int, wait time.Duration) {
	head.Set("RateLimit", fmt.Sprintf(`"default";r=%d;t=%d`, left, int(math.Ceil(wait.Seconds()))))
}

// throttle lets one of many through every ten seconds.
type throttle struct{ last atomic.Int64 }

func (t *throttle) once(now time.Time) bool {
	last := t.last.Load()
	return now.UnixNano()-last > int64(10*time.Second) && t.last.CompareAndSwap(last, now.UnixNano())
}
