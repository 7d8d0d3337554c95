package store

import (
	"context"
	"errors"
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
	timeout /= redirects + 1 // of one attempt: a call may wait for a silent node in each
	o.Protocol, o.DisableIdentity, o.ContextTimeoutEnabled = 2, true, true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = timeout, timeout, timeout
	o.DialerRetries, o.MaxRedirects, o.PoolSize = 1, redirects, connections
	o.ClusterStateReloadInterval = stateReload
	o.DisableRoutingPolicies = true // every command of ours names a key
	c := redis.NewClusterClient(&o)
	c.OnNewNode(func(node *redis.Client) { node.AddHook(suspicion{c}) })
	return c
}

// suspicion has a client look at its cluster anew when a node cannot be dialled
// or does not answer: whoever is gone may have been replaced.
type suspicion struct{ of *redis.ClusterClient }

func (s suspicion) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		s.weigh(ctx, err)
		return conn, err
	}
}

func (s suspicion) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		s.weigh(ctx, err)
		return err
	}
}

func (s suspicion) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		s.weigh(ctx, err)
		return err
	}
}

func (s suspicion) weigh(ctx context.Context, err error) {
	var answered redis.Error
	if err != nil && !errors.As(err, &answered) {
		s.of.ReloadState(ctx)
	}
}

// Dial makes a plain client of the Redis at a URL of any form, for tools and
// tests: what has a method of Store is done by that.
func Dial(url string, timeout time.Duration) (redis.UniversalClient, error) {
	at, err := parseAddress(url)
	if err != nil {
		return nil, err
	}
	return at.client(timeout, writers, 1), nil
}
