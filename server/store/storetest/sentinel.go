package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// masterName is what the sentinels call their master.
const masterName = "quantum"

// Sentinels are a master, a replica and the three sentinels that watch them.
type Sentinels struct {
	Nodes     []*Node // the master of the beginning, then its replica
	sentinels []*Node
	dir       string
}

// StartSentinels starts a sentinel set for the length of the test and waits until
// all its parts know each other, some seconds. A master that says nothing for
// downAfter is held for dead.
func StartSentinels(t testing.TB, downAfter time.Duration, args ...string) *Sentinels {
	t.Helper()
	s, err := startSentinels(downAfter, args)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

// URL is the address of the sentinels.
func (s *Sentinels) URL() string {
	var hosts []string
	for _, n := range s.sentinels {
		hosts = append(hosts, n.address)
	}
	return "redis+sentinel://" + strings.Join(hosts, ",") + "/" + masterName
}

func startSentinels(downAfter time.Duration, args []string) (s *Sentinels, err error) {
	dir, err := os.MkdirTemp("", "q")
	if err != nil {
		return nil, err
	}
	s = &Sentinels{dir: dir}
	all := s
	defer func() {
		if err != nil {
			all.stop()
		}
	}()
	ports, err := freePorts(5)
	if err != nil {
		return nil, err
	}
	for i, port := range ports[:2] {
		more := args
		if i == 1 {
			more = append([]string{"--replicaof", "127.0.0.1 " + strconv.Itoa(ports[0])}, args...)
		}
		n, err := startNode(Place{}, filepath.Join(dir, strconv.Itoa(i)), port, more)
		if err != nil {
			return nil, err
		}
		s.Nodes = append(s.Nodes, n)
	}
	if !eventually(startWithin, func() bool { return s.Nodes[1].Is("master_link_status", "up") }) {
		return nil, fmt.Errorf("not within %v: the replica follows its master", startWithin)
	}
	for i, port := range ports[2:] {
		n, err := startSentinel(filepath.Join(dir, "s"+strconv.Itoa(i)), port, ports[0], downAfter)
		if err != nil {
			return nil, err
		}
		s.sentinels = append(s.sentinels, n)
	}
	return s, s.await()
}

func startSentinel(dir string, port, master int, downAfter time.Duration) (*Node, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "sentinel.conf") // it writes there what it learns
	down := downAfter.Milliseconds()
	settings := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nlogfile %s/log\n", port, dir, dir) +
		fmt.Sprintf("sentinel monitor %s 127.0.0.1 %d 2\n", masterName, master) +
		fmt.Sprintf("sentinel down-after-milliseconds %s %d\nsentinel failover-timeout %s %d\n", masterName, down, masterName, 3*down)
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	n := &Node{port: port, process: &process{
		network: "tcp", address: address, binary: "redis-server", said: filepath.Join(dir, "log"), args: []string{file, "--sentinel"},
	}}
	n.Client = redis.NewClient(&redis.Options{Addr: address, Protocol: 2, DisableIdentity: true, DialerRetries: 1})
	return n, n.start()
}

// await waits until every sentinel knows the replica and both others.
func (s *Sentinels) await() error {
	for _, n := range s.sentinels {
		sentinel := redis.NewSentinelClient(n.Client.Options())
		defer sentinel.Close()
		if !eventually(startWithin, func() bool {
			m, err := sentinel.Master(context.Background(), masterName).Result()
			return err == nil && m["num-slaves"] == "1" && m["num-other-sentinels"] == "2" && m["flags"] == "master"
		}) {
			return fmt.Errorf("not within %v: the sentinels know each other", startWithin)
		}
	}
	return nil
}

// Await waits until there is a master with a replica that is up to date.
func (s *Sentinels) Await(t testing.TB) {
	t.Helper()
	Eventually(t, startWithin, "a master has its replica", func() bool {
		for i, n := range s.Nodes {
			if n.Is("role", "master") && s.Nodes[1-i].Is("master_link_status", "up") {
				return true
			}
		}
		return false
	})
}

// Master is the node the sentinels name.
func (s *Sentinels) Master(t testing.TB) *Node {
	t.Helper()
	sentinel := redis.NewSentinelClient(s.sentinels[0].Client.Options())
	defer sentinel.Close()
	at, err := sentinel.GetMasterAddrByName(context.Background(), masterName).Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range s.Nodes {
		if strconv.Itoa(n.port) == at[1] {
			return n
		}
	}
	t.Fatalf("the sentinels name a master at %v, which is none of ours", at)
	return nil
}

func (s *Sentinels) flush() error {
	for _, n := range s.Nodes {
		if n.Is("role", "master") {
			return n.Client.FlushAll(context.Background()).Err()
		}
	}
	return fmt.Errorf("there is no master to flush")
}

func (s *Sentinels) stop() { stop(append(s.Nodes, s.sentinels...), s.dir) }
