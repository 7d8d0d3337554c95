package chaostest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Network is a network of hosts, each a network namespace of its own, in which
// cables are pulled and put back: what is under way is lost without a word to
// either end. Its namespaces have no names and end with the processes inside, so
// nothing of it outlives a test, however that ends. The test is a host too.
type Network struct {
	t     testing.TB
	links int
	hubs  int
}

// Host is one host of a network.
type Host struct {
	IP    string   // its address
	Enter []string // what comes before a command that is to run on it
	pid   string
}

// insideVar is set in a test's process that has a network of its own.
const insideVar = "QUANTUM_TEST_NETWORK"

// Apart runs the test that calls it again in a process with a network of its own,
// and is done once that has ended. In there it gives the network. Where this
// machine cannot do that, which takes root, ip, unshare and nsenter, it says why
// and gives none: the test is then to do without.
func Apart(t *testing.T) (n *Network, done bool) {
	t.Helper()
	if os.Getenv(insideVar) != "" {
		go func() { // ends with whoever started it
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(1)
		}()
		n = &Network{t: t}
		n.ip("link", "set", "lo", "up")
		return n, false
	}
	if why := unable(t.Context()); why != "" {
		t.Logf("parted by a proxy, not by links: %s", why)
		return nil, false
	}
	t.Log("parted by links between network namespaces")
	cmd := exec.CommandContext(t.Context(), "unshare", "-n", os.Args[0], "-test.v", "-test.timeout=30m", "-test.run=^"+regexp.QuoteMeta(t.Name())+"$")
	cmd.Env = append(os.Environ(), insideVar+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	said, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(said)) {
		t.Log(strings.TrimSpace(line))
	}
	if err != nil || !strings.Contains(string(said), "--- PASS: "+t.Name()) {
		t.Errorf("in a network of its own: %v", err)
	}
	return nil, true
}

// unable says why this machine has no networks for tests, or nothing.
func unable(ctx context.Context) string {
	if os.Geteuid() != 0 {
		return "this is not root"
	}
	for _, tool := range []string{"ip", "unshare", "nsenter"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "there is no " + tool + " (scripts/setup.sh test installs it)"
		}
	}
	if out, err := exec.CommandContext(ctx, "unshare", "-n", "ip", "link", "add", "type", "veth").CombinedOutput(); err != nil {
		return fmt.Sprintf("no links can be made: %s", out)
	}
	return ""
}

// Host adds a host. It has no links yet, and ends with the test.
func (n *Network) Host() *Host {
	n.t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(n.t.Context()), "unshare", "-n", "sh", "-c", "echo up; exec cat >/dev/null")
	in, err := cmd.StdinPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		in.Close() // it ends when nobody can write to it
		_ = cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		n.t.Fatalf("a host does not start: %v", err)
	}
	h := &Host{pid: strconv.Itoa(cmd.Process.Pid)}
	h.Enter = []string{"nsenter", "-t", h.pid, "-n"}
	n.run(append(h.Enter, "ip", "link", "set", "lo", "up"))
	return h
}

// Link is a cable from a host to the test's own, or to a hub.
type Link struct {
	n    *Network
	name string // of its end here
	Here string // address of the test's host at this link; none where it leads to a hub
}

// Link lays a cable between the test's host and another.
func (n *Network) Link(h *Host) *Link {
	n.t.Helper()
	l := n.cable(h)
	prefix := fmt.Sprintf("198.18.%d.", n.links)
	l.Here = prefix + "1"
	n.ip("addr", "add", l.Here+"/24", "dev", l.name)
	n.address(h, prefix+"2")
	return l
}

// cable lays one with nothing but names: e1 here, e1 on the host.
func (n *Network) cable(h *Host) *Link {
	n.links++
	l := &Link{n: n, name: fmt.Sprintf("e%d", n.links)}
	n.ip("link", "add", l.name, "type", "veth", "peer", "name", l.name, "netns", h.pid)
	n.ip("link", "set", l.name, "up")
	n.run(append(h.Enter, "ip", "link", "set", l.name, "up"))
	return l
}

// address gives the host's newest link an address.
func (n *Network) address(h *Host, ip string) {
	h.IP = ip
	n.run(append(h.Enter, "ip", "addr", "add", ip+"/24", "dev", fmt.Sprintf("e%d", n.links)))
}

// Pull pulls the cable out, or puts it back.
func (l *Link) Pull(out bool) {
	l.n.t.Helper()
	state := map[bool]string{true: "down", false: "up"}[out]
	l.n.ip("link", "set", l.name, state)
}

// Hub joins many hosts, and the test's own.
type Hub struct {
	n     *Network
	name  string
	part  string // of its addresses, up to the last dot
	hosts int
}

// Hub adds one without hosts.
func (n *Network) Hub() *Hub {
	n.t.Helper()
	n.hubs++
	hub := &Hub{n: n, name: fmt.Sprintf("hub%d", n.hubs), part: fmt.Sprintf("198.19.%d.", n.hubs)}
	n.ip("link", "add", hub.name, "type", "bridge")
	n.ip("addr", "add", hub.part+"254/24", "dev", hub.name)
	n.ip("link", "set", hub.name, "up")
	return hub
}

// Join links a host to the hub.
func (hub *Hub) Join(h *Host) *Link {
	hub.n.t.Helper()
	l := hub.n.cable(h)
	hub.hosts++
	hub.n.address(h, hub.part+strconv.Itoa(hub.hosts))
	l.To(hub)
	return l
}

// To plugs the cable into another hub; the host keeps its address.
func (l *Link) To(hub *Hub) {
	l.n.t.Helper()
	l.n.ip("link", "set", l.name, "master", hub.name)
}

func (n *Network) ip(args ...string) {
	n.t.Helper()
	n.run(append([]string{"ip"}, args...))
}

func (n *Network) run(args []string) {
	n.t.Helper()
	if out, err := exec.CommandContext(n.t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, out)
	}
}
