package store

import (
	"context"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// stateReload bounds how old a client's picture of a cluster may be. The
	// library's own minute, and waiting for a redirection, left writes stuck long
	// after a failover.
	stateReload = time.Second

	// redirects is how often one call follows a slot that has moved. More of them
	// would each wait for a node that does not answer; callers repeat instead.
	redirects = 1
)

// client makes a client that gives up soon, so that its owner decides when to
// try again. Streams read the same in protocol 2 everywhere, and in it nothing
// is pushed. connections is the most one server gets; retries is how often the
// library itself repeats a call, -1 for never.
func (a address) client(timeout time.Duration, connections, retries int) redis.UniversalClient {
	switch {
	case a.cluster != nil:
		return a.clusterClient(timeout, connections)
	case a.sentinel != nil:
		o := *a.sentinel
		o.Protocol, o.DisableIdentity, o.ContextTimeoutEnabled = 2, true, true
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout = timeout, timeout, timeout
		o.DialerRetries, o.MaxRetries, o.PoolSize, o.PipelinePoolSize = 1, retries, connections, -1
		return redis.NewFailoverClient(&o)
	}
	o := *a.single
	o.Protocol, o.DisableIdentity, o.ContextTimeoutEnabled = 2, true, true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = timeout, timeout, timeout
	o.DialerRetries, o.MaxRetries, o.PoolSize = 1, retries, connections
	return redis.NewClient(&o)
}

func (a address) clusterClient(timeout time.Duration, connections int) redis.UniversalClient {
	o := *a.cluster
	o.Protocol, o.DisableIdentity, o.ContextTimeoutEnabled = 2, true, true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = timeout, timeout, timeout
	o.DialerRetries, o.MaxRedirects, o.PoolSize = 1, redirects, connections
	o.ClusterStateReloadInterval = stateReload
	o.DisableRoutingPolicies = true // every command of ours names a key
	dial := redis.NewDialer(&redis.Options{DialTimeout: timeout, TLSConfig: o.TLSConfig})
	var c *redis.ClusterClient
	o.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			c.ReloadState(ctx) // whoever is gone may have been replaced
		}
		return conn, err
	}
	c = redis.NewClusterClient(&o)
	return c
}
