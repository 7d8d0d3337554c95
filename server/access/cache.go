package access

import (
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

const (
	// remembered is how long a key that was looked up is believed: the most a
	// revoked one goes on being of use.
	remembered = 2 * time.Second
	// maxRemembered bounds the memory; it begins anew then.
	maxRemembered = 10_000
)

// cache remembers keys, and that there is none, for a moment.
type cache struct {
	mu  sync.Mutex
	all map[string]found // guarded by mu
}

type found struct {
	key   *server.APIKey
	until time.Time
}

func (c *cache) get(sum string, now time.Time) (*server.APIKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.all[sum]
	return f.key, ok && now.Before(f.until)
}

func (c *cache) put(sum string, key *server.APIKey, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil || len(c.all) >= maxRemembered {
		c.all = map[string]found{}
	}
	c.all[sum] = found{key, now.Add(remembered)}
}
