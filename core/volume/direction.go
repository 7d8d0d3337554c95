package volume

// side is where a bar's volume is counted: 0 up, 1 down.
type side uint8

const (
	up   side = 0
	down side = 1
)

// course tells up bars from down bars. A bar that closes where it opened takes
// the sign of its move since the previous close, and without one the side of
// the bar before it; up where no bar had one.
type course struct {
	previous float64 // close of the previous bar
	started  bool    // there is a previous bar
	last     side
}

// next is the side of one more bar.
func (c *course) next(open, close float64) side {
	switch {
	case close != open:
		c.last = sideOf(close < open)
	case c.started && close != c.previous:
		c.last = sideOf(close < c.previous)
	}
	c.previous, c.started = close, true
	return c.last
}

func sideOf(falling bool) side {
	if falling {
		return down
	}
	return up
}
