package chaos

import (
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestPulledCables is F9 with real links: between a monitor and Redis, between a
// monitor and its feed, or both the cable is pulled for longer than a lease. No
// end is told; what the kernel had to send goes out when the cable is back. Where
// there are no namespaces TestPartedMonitors alone is F9.
func TestPulledCables(t *testing.T) {
	t.Parallel()
	n, done := chaostest.Apart(t)
	if n == nil || done {
		return
	}
	unbroken(t)
	w, far := newParted(t, n)
	rounds := chaostest.Rounds(t, 3)
	pullCables(w, far, rounds)
	w.finish()
	w.clean("F9 cables of a monitor pulled", rounds)
}

// TestPulledCablesShow runs it, in the long form, over monitors that are broken on
// purpose.
func TestPulledCablesShow(t *testing.T) {
	t.Parallel()
	if !chaostest.Long() {
		return
	}
	n, done := chaostest.Apart(t)
	if n == nil || done {
		return
	}
	unbroken(t)
	w, far := newParted(t, n)
	w.mutant = fresh
	pullCables(w, far, 1)
	w.ends()
	w.seen("F9 cables of a monitor pulled")
}

// distant is a monitor on a host of its own: one link leads to Redis, another to
// the exchanges.
type distant struct {
	order
	redis, feed *chaostest.Link
}

// newParted makes a world on this host, and a monitor on another.
func newParted(t *testing.T, n *chaostest.Network) (*world, *distant) {
	h := n.Host()
	far := &distant{redis: n.Link(h), feed: n.Link(h)}
	w := newWorldOn(t, history, storetest.Start(t, "--port", "6379", "--bind", "0.0.0.0", "--protected-mode", "no"), "0.0.0.0")
	far.order = order{Owner: "far", URL: "redis://" + far.redis.Here + ":6379", Feeds: w.feeds(far.feed.Here), Enter: h.Enter}
	return w, far
}

// pullCables pulls one cable, the other or both, while another monitor is there
// to take over.
func pullCables(w *world, far *distant, rounds int) {
	p := w.start(far.order)
	w.goesOnFrom(p)
	near := w.start(order{Owner: "near"})
	w.play(time.Duration(rounds) * 20 * time.Second / (bars - history))
	for round := range rounds {
		storetest.Eventually(w.t, limit, "both monitors hold leases", func() bool {
			a, b := p.stats.Load(), near.stats.Load()
			return a.Takes > a.Lost+a.Given && b.Takes > b.Lost+b.Given
		})
		w.goesOn("bars are committed")
		before := p.stats.Load().Lost
		far.pull(round, true)
		if round%3 == 1 { // it keeps its leases, and knows that bars are missing
			storetest.Eventually(w.t, limit, "the gap is known", w.lags)
		} else {
			storetest.Eventually(w.t, limit, "the leases are given up", func() bool { return p.stats.Load().Lost > before })
			w.goesOn("the other takes over")
		}
		far.pull(round, false)
	}
}

func (d *distant) pull(round int, out bool) {
	if round%3 != 1 {
		d.redis.Pull(out)
	}
	if round%3 != 0 {
		d.feed.Pull(out)
	}
}

// lags reports whether a market is not live.
func (w *world) lags() bool {
	for source := range files {
		if w.state(source) != server.Live {
			return true
		}
	}
	return false
}

// goesOnFrom waits until a monitor has committed a bar.
func (w *world) goesOnFrom(p *process) {
	w.t.Helper()
	storetest.Eventually(w.t, limit, "the first monitor commits", func() bool { return p.stats.Load().Bars > 0 })
}

const nodeTimeout = 2 * time.Second

// TestMinorityMaster is F9's other half: a master of a cluster is left alone with
// a monitor that holds leases on it. What the two agree on for a while is lost
// when the network is whole again; the others have gone on without them.
func TestMinorityMaster(t *testing.T) {
	t.Parallel()
	n, done := chaostest.Apart(t)
	if n == nil || done {
		return
	}
	unbroken(t)
	m := newMinority(t, n, "")
	rounds := chaostest.Rounds(t, 1)
	m.parts(rounds)
	m.finish()
	m.clean("F9 master in the minority", rounds)
}

// TestMinorityMasterShows runs it, in the long form, over monitors that are broken
// on purpose.
func TestMinorityMasterShows(t *testing.T) {
	t.Parallel()
	if !chaostest.Long() {
		return
	}
	n, done := chaostest.Apart(t)
	if n == nil || done {
		return
	}
	unbroken(t)
	m := newMinority(t, n, fresh)
	m.parts(1)
	m.goesOn("both are there again")
	m.ends()
	m.seen("F9 master in the minority")
}

// minority is a world over a cluster whose nodes, and two monitors, are each on a
// host of their own.
type minority struct {
	*world
	cluster   *storetest.Cluster
	nodes     map[*storetest.Node]*chaostest.Link
	most, few *chaostest.Hub
	links     map[string]*chaostest.Link // of the monitors, by owner
	monitors  map[string]*process
}

func newMinority(t *testing.T, n *chaostest.Network, mutant string) *minority {
	m := &minority{most: n.Hub(), few: n.Hub(), nodes: map[*storetest.Node]*chaostest.Link{}, links: map[string]*chaostest.Link{}, monitors: map[string]*process{}}
	var places []storetest.Place
	var links []*chaostest.Link
	for range 6 {
		h := n.Host()
		links = append(links, m.most.Join(h))
		places = append(places, storetest.Place{IP: h.IP, Enter: h.Enter})
	}
	m.cluster = storetest.StartClusterOn(t, nodeTimeout, places)
	for i, node := range m.cluster.Nodes {
		m.nodes[node] = links[i]
	}
	m.world = newWorldOn(t, history, m.cluster, "0.0.0.0")
	m.mutant = mutant
	for _, owner := range []string{"one", "two"} {
		h := n.Host()
		feed := n.Link(h)
		m.links[owner] = m.most.Join(h)
		m.monitors[owner] = m.start(order{
			Owner: owner, Feeds: m.feeds(feed.Here), Enter: h.Enter,
			Lease: 2 * nodeTimeout, Timeout: nodeTimeout / 4, // it holds on while its master does
		})
	}
	return m
}

func (m *minority) parts(rounds int) {
	m.play(time.Duration(rounds) * time.Minute / (bars - history))
	for range rounds {
		m.part()
	}
}

// part leaves a master alone with the monitor that holds a lease on it, until it
// refuses writes and its replica has taken its place; then it mends the network.
func (m *minority) part() {
	t := m.t
	m.cluster.Await(t)
	m.goesOn("bars are committed")
	master, owner := m.held()
	m.nodes[master].To(m.few)
	m.links[owner].To(m.few)
	began, before, lost := time.Now(), m.writes(master), m.monitors[owner].stats.Load().Lost

	storetest.Eventually(t, limit, "the stale master refuses", func() bool { return isDown(t, master) })
	refuses, written := time.Since(began), m.writes(master)
	m.goesOn("the others take over")
	storetest.Eventually(t, limit, "the stale monitor gives up its leases", func() bool { return m.monitors[owner].stats.Load().Lost > lost })
	if now := m.writes(master); now != written {
		t.Errorf("the stale master took %d entries after it had said that it is down", now-written)
	}
	if written == before {
		t.Error("the stale master took nothing before it knew: the test parts what was idle")
	}
	if refuses > 2*nodeTimeout+5*time.Second {
		t.Errorf("the stale master refuses after %v, want about the node time-out of %v", refuses, nodeTimeout)
	}
	t.Logf("monitor %s and its master wrote %d entries that nobody keeps, refused after %v", owner, written-before, refuses.Round(time.Millisecond))
	m.nodes[master].To(m.most)
	m.links[owner].To(m.most)
	storetest.Eventually(t, limit, "the stale master follows", func() bool { return master.Is("role", "slave") })
}

// held is a master of a series, and the monitor that leads that.
func (m *minority) held() (master *storetest.Node, owner string) {
	m.t.Helper()
	client, err := store.Dial(m.redis.URL(), limit)
	if err != nil {
		m.t.Fatal(err)
	}
	defer client.Close()
	storetest.Eventually(m.t, limit, "a series is led", func() bool {
		for source := range files {
			key := m.store.Key(seriesOf(source))
			tag, _, _ := strings.Cut(key, "}:")
			holder, err := client.Get(m.t.Context(), tag+"}:lease").Result()
			for name := range m.monitors {
				if err == nil && strings.HasPrefix(holder, name) {
					master, owner = m.cluster.Master(m.t, key), name
					return true
				}
			}
		}
		return false
	})
	return master, owner
}

// isDown reports whether a node of a cluster says that the cluster is.
func isDown(t *testing.T, n *storetest.Node) bool {
	info, err := n.Client.ClusterInfo(t.Context()).Result()
	return err == nil && strings.Contains(info, "cluster_state:fail")
}

// writes is how many entries a node has added to streams since it started.
func (m *minority) writes(n *storetest.Node) (calls int64) {
	m.t.Helper()
	text, err := n.Client.Info(m.t.Context(), "commandstats").Result()
	if err != nil {
		m.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(text, "cmdstat_xadd:calls=")
	number, _, _ := strings.Cut(rest, ",")
	for _, digit := range number {
		calls = 10*calls + int64(digit-'0')
	}
	return calls
}
