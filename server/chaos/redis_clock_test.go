package chaos

import (
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestRedisClockStepsAndDrifts is F11 on the side of Redis, whose clock gains half
// of what passes and steps by up to two days, to and fro: leases end early or
// late, and candles and events are what they are. The outbox alone, which is
// trimmed by time, may lose its oldest entries to a step.
func TestRedisClockStepsAndDrifts(t *testing.T) {
	t.Parallel()
	want := unbroken(t)
	clock := newRedisClock(t)
	if clock == nil {
		return
	}
	w := newWorldOn(t, history, storetest.StartOn(t, storetest.Place{Enter: clock.enter}), "127.0.0.1")
	rounds := chaostest.Rounds(t, 4)
	w.play(time.Duration(rounds) * 3 * time.Second / (bars - history))
	a, b := w.start(order{Owner: "a"}), w.start(order{Owner: "b-0"})
	takes := func() int64 { return a.stats.Load().Takes + b.stats.Load().Takes }
	for round := range rounds {
		w.goesOn("bars are committed")
		before := takes()
		step := time.Duration(w.random.Int64N(int64(47*time.Hour))) + time.Hour
		clock.set(step)
		clock.proves(w)
		storetest.Eventually(t, limit, "leases are taken anew", func() bool { return takes() > before })
		for i := range 50 { // it drifts
			clock.set(step + time.Duration(i)*5*time.Millisecond)
			time.Sleep(10 * time.Millisecond)
		}
		w.goesOn("bars are committed")
		b.kill() // its leases would last for days
		clock.set(-step)
		clock.proves(w)
		b = w.start(order{Owner: fmt.Sprintf("b-%d", round+1)})
		w.goesOn("bars are committed")
	}
	w.finish()
	chaostest.Report(t, "F11 clock of Redis steps and drifts", 2*rounds, kept(w.contents()), kept(want))
}

// kept leaves out outboxes.
func kept(c chaostest.Contents) chaostest.Contents {
	c = maps.Clone(c)
	maps.DeleteFunc(c, func(key string, _ []chaostest.Item) bool { return strings.HasSuffix(key, "}:out") })
	return c
}

// redisClock is the wall clock of a server.
type redisClock struct {
	t     *testing.T
	file  *os.File
	off   time.Duration
	enter []string
}

// newRedisClock makes one that is right, or none where there is no C compiler.
func newRedisClock(t *testing.T) *redisClock {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Log("the clock of Redis is left alone: there is no cc (scripts/setup.sh test installs it)")
		return nil
	}
	dir := t.TempDir()
	library, name := filepath.Join(dir, "clock.so"), filepath.Join(dir, "offset")
	if out, err := exec.CommandContext(t.Context(), compiler, "-O1", "-shared", "-fPIC", "-o", library, "testdata/clock.c").CombinedOutput(); err != nil {
		t.Fatalf("cc: %v: %s", err, out)
	}
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	c := &redisClock{t: t, file: file, enter: []string{"env", "LD_PRELOAD=" + library, "CLOCK_OFFSET=" + name}}
	c.set(0)
	return c
}

// set says how far it is ahead.
func (c *redisClock) set(ahead time.Duration) {
	c.t.Helper()
	c.off = ahead
	if _, err := c.file.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(ahead.Milliseconds())), 0); err != nil {
		c.t.Fatal(err)
	}
}

// proves holds that the server's clock is as wrong as it should be.
func (c *redisClock) proves(w *world) {
	c.t.Helper()
	client, err := store.Dial(w.redis.URL(), limit)
	if err != nil {
		c.t.Fatal(err)
	}
	defer client.Close()
	now, err := client.Time(c.t.Context()).Result()
	if off := time.Until(now); err != nil || (off-c.off).Abs() > limit {
		c.t.Fatalf("the clock of Redis is %v ahead, %v; want %v", off, err, c.off)
	}
}
