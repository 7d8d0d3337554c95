package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store"
)

// patience is how long the shared servers hold a silent one for alive: nothing
// fails over in their tests, however busy the machine.
const patience = 15 * time.Second

// The cluster and the sentinel set that OnEvery's tests share: they take some
// seconds to start. Main stops them.
var (
	sharedCluster   = sync.OnceValues(func() (*Cluster, error) { return startCluster(patience, make([]Place, nodes), nil) })
	sharedSentinels = sync.OnceValues(func() (*Sentinels, error) { return startSentinels(patience, nil) })

	mu      sync.Mutex
	running []interface{ stop() } // guarded by mu
)

// Main runs a package's tests, which use OnEvery, and gives their exit code.
func Main(m *testing.M) int {
	code := m.Run()
	mu.Lock()
	defer mu.Unlock()
	for _, one := range running {
		one.stop()
	}
	return code
}

// OnEach runs a test on a Redis server and on the store in this process.
func OnEach(t *testing.T, options store.Options, test func(t *testing.T, s *store.Store)) {
	t.Run(string(store.Server), func(t *testing.T) { test(t, Open(t, Start(t), options)) })
	t.Run(string(store.Memory), func(t *testing.T) {
		options.Memory = true
		test(t, Open(t, nil, options))
	})
}

// OnEvery runs a test on every kind of store: a Redis server, one that sentinels
// name, a cluster, a server that is the store's own child, and the store in this
// process. TestMain must end in Main.
func OnEvery(t *testing.T, options store.Options, test func(t *testing.T, s *store.Store)) {
	on := func(kind store.Kind, open func(t *testing.T, o store.Options) *store.Store) {
		t.Run(string(kind), func(t *testing.T) {
			s := open(t, options)
			if s.Kind() != kind {
				t.Fatalf("the store runs on %s, want %s", s.Kind(), kind)
			}
			test(t, s)
		})
	}
	on(store.Server, func(t *testing.T, o store.Options) *store.Store { return Open(t, Start(t), o) })
	on(store.Sentinel, func(t *testing.T, o store.Options) *store.Store { return Open(t, shared(t, sharedSentinels), o) })
	on(store.Cluster, func(t *testing.T, o store.Options) *store.Store { return Open(t, shared(t, sharedCluster), o) })
	on(store.Child, func(t *testing.T, o store.Options) *store.Store {
		o.Dir = t.TempDir()
		return Open(t, nil, o)
	})
	on(store.Memory, func(t *testing.T, o store.Options) *store.Store {
		o.Memory = true
		return Open(t, nil, o)
	})
}

// shared gives the one server of its kind, empty.
func shared[S interface {
	comparable
	Server
	flush() error
	stop()
}](t *testing.T, start func() (S, error)) S {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	known := false
	for _, one := range running {
		known = known || one == interface{ stop() }(s)
	}
	if !known {
		running = append(running, s)
	}
	mu.Unlock()
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	return s
}

// SharedCluster gives the cluster of OnEvery's tests, empty. TestMain must end in
// Main.
func SharedCluster(t *testing.T) *Cluster {
	t.Helper()
	return shared(t, sharedCluster)
}
