package alert

import "math"

// NewReckless returns a sender whose breakers never open: what tests of breakers
// must see.
func NewReckless(store SenderStore, o SenderOptions) *Sender {
	s := NewSender(store, o)
	s.hosts.tolerated = math.MaxInt
	return s
}
