package storetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	masters = 3
	nodes   = 2 * masters
)

// Cluster is a Redis Cluster of local processes: three masters, and a replica of
// each.
type Cluster struct {
	Nodes []*Node // first the masters of the beginning, then their replicas in the same order
	dir   string
}

// Node is one process of a cluster or of a sentinel set.
type Node struct {
	*process
	ID     string // as the cluster calls it
	Client *redis.Client
	ip     string
	port   int
}

// Place is a host that servers run on. This machine is the zero value.
type Place struct {
	IP    string
	Enter []string // what comes before a command that is to run there
}

// StartCluster starts a cluster for the length of the test and waits until it
// takes writes, some seconds. A server that says nothing for nodeTimeout is held
// for dead by the others.
func StartCluster(t testing.TB, nodeTimeout time.Duration, args ...string) *Cluster {
	t.Helper()
	return StartClusterOn(t, nodeTimeout, make([]Place, nodes), args...)
}

// StartClusterOn starts one with each of its six nodes on a host.
func StartClusterOn(t testing.TB, nodeTimeout time.Duration, places []Place, args ...string) *Cluster {
	t.Helper()
	c, err := startCluster(nodeTimeout, places, args)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	return c
}

// URL is the address of the whole cluster: half of its nodes, as a user would
// name some.
func (c *Cluster) URL() string {
	var hosts []string
	for _, n := range c.Nodes[1:4] {
		hosts = append(hosts, n.address)
	}
	return "redis+cluster://" + strings.Join(hosts, ",")
}

func startCluster(nodeTimeout time.Duration, places []Place, args []string) (c *Cluster, err error) {
	dir, err := os.MkdirTemp("", "q")
	if err != nil {
		return nil, err
	}
	c = &Cluster{dir: dir}
	all := c
	defer func() {
		if err != nil {
			all.stop()
		}
	}()
	ports, err := freePorts(2 * nodes)
	if err != nil {
		return nil, err
	}
	for i := range nodes {
		more := append([]string{
			"--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(ports[nodes+i]),
			"--cluster-node-timeout", strconv.FormatInt(nodeTimeout.Milliseconds(), 10),
		}, args...)
		n, err := startNode(places[i], filepath.Join(dir, strconv.Itoa(i)), ports[i], more)
		if err != nil {
			return nil, err
		}
		c.Nodes = append(c.Nodes, n)
	}
	return c, errors.Join(c.meet(ports[nodes:]), c.replicate())
}

// startNode starts a server on a port of a host, with a client to it that needs no
// network.
func startNode(on Place, dir string, port int, args []string) (*Node, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	n := &Node{ip: "127.0.0.1", port: port}
	if on.IP != "" { // Redis takes strangers for friends only where it is told to
		n.ip, args = on.IP, append([]string{"--protected-mode", "no"}, args...)
	}
	socket := filepath.Join(dir, "s")
	n.process = newRedis("tcp", net.JoinHostPort(n.ip, strconv.Itoa(port)), dir, append([]string{
		"--port", strconv.Itoa(port), "--bind", n.ip, "--unixsocket", socket, "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1",
	}, args...))
	n.enter = on.Enter
	n.Client = redis.NewClient(&redis.Options{Network: "unix", Addr: socket, Protocol: 2, DisableIdentity: true, DialerRetries: 1})
	return n, n.start()
}

// Restart starts a node anew over the files it left.
func (n *Node) Restart(t testing.TB) {
	t.Helper()
	if err := n.start(); err != nil {
		t.Fatal(err)
	}
}

// Is reports whether the node says of itself, in INFO, that a field has a value.
func (n *Node) Is(field, value string) bool {
	text, err := n.Client.Info(context.Background()).Result()
	return err == nil && strings.Contains(text, "\r\n"+field+":"+value+"\r\n")
}

// meet gives each node its number and slots and acquaints all with all.
func (c *Cluster) meet(busPorts []int) error {
	ctx := context.Background()
	for i, n := range c.Nodes {
		var err error
		if n.ID, err = n.Client.ClusterMyID(ctx).Result(); err != nil {
			return err
		}
		if err := n.Client.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err(); err != nil {
			return err
		}
		if i < masters {
			if err := n.Client.ClusterAddSlotsRange(ctx, i*slots/masters, (i+1)*slots/masters-1).Err(); err != nil {
				return err
			}
		}
		for j := range i {
			if err := n.Client.Do(ctx, "CLUSTER", "MEET", c.Nodes[j].ip, c.Nodes[j].port, busPorts[j]).Err(); err != nil {
				return err
			}
		}
	}
	return c.await("know each other", func(n *Node) bool {
		text, err := n.Client.ClusterNodes(ctx).Result()
		return err == nil && strings.Count(text, "\n") == nodes && strings.Count(text, " connected") == nodes && !strings.Contains(text, "handshake")
	})
}

const slots = 16384

// replicate makes the second half of the nodes replicas of the first.
func (c *Cluster) replicate() error {
	ctx := context.Background()
	for i, n := range c.Nodes[masters:] {
		if err := n.Client.ClusterReplicate(ctx, c.Nodes[i].ID).Err(); err != nil {
			return fmt.Errorf("replica %d: %w", i, err)
		}
	}
	return c.await("replicate and take writes", func(n *Node) bool { return n.ready() })
}

// ready reports whether a node takes part in a cluster that has a replica of
// each master, all up to date.
func (n *Node) ready() bool {
	ctx := context.Background()
	info, err := n.Client.ClusterInfo(ctx).Result()
	if err != nil || !strings.Contains(info, "cluster_state:ok") {
		return false
	}
	shards, err := n.Client.ClusterShards(ctx).Result()
	if err != nil {
		return false
	}
	for _, s := range shards {
		if len(s.Slots) > 0 && len(s.Nodes) < 2 {
			return false
		}
	}
	return n.Is("master_link_status", "up") || n.Is("role", "master") && !n.Is("connected_slaves", "0")
}

func (c *Cluster) await(fact string, holds func(*Node) bool) error {
	for i, n := range c.Nodes {
		if !eventually(startWithin, func() bool { return holds(n) }) {
			return fmt.Errorf("not within %v: the nodes of a cluster %s (node %d)", startWithin, fact, i)
		}
	}
	return nil
}

// Await waits until every master has a replica again that is up to date.
func (c *Cluster) Await(t testing.TB) {
	t.Helper()
	if err := c.await("are well again", (*Node).ready); err != nil {
		t.Fatal(err)
	}
}

// Master is the node that holds a key now, as the others see it.
func (c *Cluster) Master(t testing.TB, key string) *Node {
	t.Helper()
	ctx := context.Background()
	for _, n := range c.Nodes {
		slot, err := n.Client.ClusterKeySlot(ctx, key).Result()
		if err != nil {
			continue // it may be dead
		}
		shards, err := n.Client.ClusterShards(ctx).Result()
		if err != nil {
			continue
		}
		if holder := c.holder(shards, slot); holder != nil {
			return holder
		}
	}
	t.Fatalf("no node of the cluster holds %s", key)
	return nil
}

// Replica is the replica of the master that holds a key now.
func (c *Cluster) Replica(t testing.TB, key string) *Node {
	t.Helper()
	master := c.Master(t, key)
	for _, n := range c.Nodes {
		if n != master && n.Is("role", "slave") && n.Is("master_port", strconv.Itoa(master.port)) {
			return n
		}
	}
	t.Fatalf("no node of the cluster is the replica of %s", master.address)
	return nil
}

// holder is the healthy master of a slot.
func (c *Cluster) holder(shards []redis.ClusterShard, slot int64) *Node {
	for _, s := range shards {
		if !slices.ContainsFunc(s.Slots, func(r redis.SlotRange) bool { return r.Start <= slot && slot <= r.End }) {
			continue
		}
		for _, one := range s.Nodes {
			for _, n := range c.Nodes {
				if one.Role == "master" && one.Health == "online" && n.ID == one.ID {
					return n
				}
			}
		}
	}
	return nil
}

// flush empties the cluster.
func (c *Cluster) flush() error {
	for _, n := range c.Nodes {
		if n.Is("role", "master") {
			if err := n.Client.FlushAll(context.Background()).Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Cluster) stop() { stop(c.Nodes, c.dir) }

func stop(nodes []*Node, dir string) {
	for _, n := range nodes {
		n.Client.Close()
		n.Kill()
	}
	os.RemoveAll(dir)
}
