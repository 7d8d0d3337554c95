package hub_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/hub"
)

// Clients that come and go while the hub looks through its channels do not wait
// for each other for ever.
func TestComingAndGoingNeverStops(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Beat: 2 * time.Millisecond, OpsRate: 1e9, OpsBurst: 1 << 20, Ring: 16}})
	o.commit(40)
	epoch := o.store.Epoch()
	var all sync.WaitGroup
	for k := range 8 {
		c := o.connect()
		all.Go(func() {
			for i := range size(100, 3000) {
				id := fmt.Sprint(k, ".", i)
				for _, text := range []string{sub("a", bars), resume("b", signals, epoch, 2, eventID(1)), `{"op":"unsub","id":"c","ch":"` + bars + `"}`, `{"op":"ping","id":"` + id + `"}`} {
					if err := c.conn.WriteMessage(1, []byte(text)); err != nil {
						t.Errorf("client %d, round %d: %v", k, i, err)
						return
					}
				}
				for {
					m, err := c.read()
					if err != nil {
						t.Errorf("client %d, round %d: %v", k, i, err)
						return
					}
					if m.ID == id {
						break
					}
				}
			}
		})
	}
	all.Wait()
}
