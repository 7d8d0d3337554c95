package hub_test

import "testing"

// TestARevisedBarIsHeardBesideTheSequence: once, by all who listen, and the
// numbers go on.
func TestARevisedBarIsHeardBesideTheSequence(t *testing.T) {
	o := start(t, setup{})
	o.commit(3)
	clients := []*client{o.connect(), o.connect()}
	for _, c := range clients {
		c.send(sub("1", bars))
		c.expect("ok", "1")
	}
	k := candle(1)
	k.Close = k.Low
	for range 2 {
		if _, err := o.store.Revise(t.Context(), o.lease, minute, k); err != nil {
			t.Fatal(err)
		}
	}
	o.commit(1)
	for _, c := range clients {
		if m := c.next(); m.T != "bar" || m.Ch != bars || m.Seq != 2 || m.Corrects != 2 || m.OpenTime != k.OpenTime || m.Close != k.Close {
			t.Errorf("heard %+v, want bar 2 corrected", m)
		}
		c.run(bars, 4, 4)
	}
	late := o.connect()
	late.send(sub("1", bars))
	late.expect("ok", "1")
	o.commit(1)
	late.run(bars, 5, 5)
}
