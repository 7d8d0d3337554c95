package monitor_test

import (
	"fmt"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
	"github.com/redis/go-redis/v9"
)

// holders counts the leases of each owner.
func holders(t *testing.T, c *redis.Client) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, key := range c.Keys(t.Context(), "q:{p*}:lease").Val() {
		if owner := c.Get(t.Context(), key).Val(); owner != "" {
			counts[owner]++
		}
	}
	return counts
}

// TestMonitorsShareThePartitions starts, stops and kills monitor processes: the
// partitions are spread evenly each time, and the store ends up as after one
// unbroken run of one monitor.
func TestMonitorsShareThePartitions(t *testing.T) {
	want := unbroken(t)
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	watch(t, s)
	options, err := redis.ParseURL(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	// The four series live in as many partitions, which are shared by themselves.
	const lease = 8 * time.Second
	even := func(owners ...string) (took time.Duration) {
		t.Helper()
		began := time.Now()
		storetest.Eventually(t, time.Minute, fmt.Sprintf("the partitions are shared by %v", owners), func() bool {
			counts := holders(t, client)
			total := 0
			for _, owner := range owners {
				n := counts[owner]
				if total += n; n < 64/len(owners)-2 || n > 64/len(owners)+2 {
					return false
				}
			}
			return total == 64 && len(counts) == len(owners)
		})
		took = time.Since(began).Round(time.Millisecond)
		t.Logf("shared by %v after %v", owners, took)
		return took
	}
	start := func(owner string) *exec.Cmd { return childOf(t, r.URL(), owner, lease) }
	a := start("a")
	even("a")
	start("b")
	if took := even("a", "b"); took > lease*4/5 {
		t.Errorf("a second monitor has its share after %v, want what the first gives up handed over at once", took)
	}
	c := start("c")
	even("a", "b", "c")
	if err := a.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if took := even("b", "c"); took > 2*lease {
		t.Errorf("a death took %v to be taken over, the lease is %v", took, lease)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if took := even("b"); took > lease/2 {
		t.Errorf("a stop took %v to be taken over, want it handed over at once", took)
	}
	finish(t, s)
	same(t, dump(t, r.URL()), want)
}
