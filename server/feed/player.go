package feed

import (
	"context"
	"sync"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// PlayOptions say how a recorded or simulated market is played. The zero value
// plays closed bars from the first on, as fast as they are taken.
type PlayOptions struct {
	Backfill int     // bars of a series that are history at its first start
	Rate     float64 // closed bars a second of a market's shortest series; 0 plays as fast as they are taken
	Forming  int     // updates of the forming bar between two closed ones, where there is a rate
}

// gapBars is how many bars' time a gap in a played market may take at most:
// nobody wants to watch a weekend.
const gapBars = 3

// player plays tapes as if they were live.
type player struct {
	options PlayOptions

	mu     sync.Mutex
	clocks map[server.Market]*clock // guarded by mu
}

func newPlayer(o PlayOptions) *player {
	return &player{options: o, clocks: map[server.Market]*clock{}}
}

func (p *player) clock(m server.Market) *clock {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.clocks[m]
	if !ok {
		c = &clock{rate: p.options.Rate}
		p.clocks[m] = c
	}
	return c
}

// history gives the bars of a tape that open after a time and before the one at
// which playing begins.
func (p *player) history(ctx context.Context, t tape, after, from, origin int64, yield func(core.Candle) error) error {
	for bar := range t.after(max(after, from-1)) {
		if bar.OpenTime >= origin {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(bar); err != nil {
			return err
		}
	}
	return nil
}

// live plays a tape on from after a time, not before origin.
func (p *player) live(ctx context.Context, t tape, s server.Series, after, origin int64, emit func(server.Bar) error) error {
	interval := int64(s.Interval)
	after = max(after, origin-1)
	c := p.clock(s.Market)
	c.join(s.Interval, max(after+1, origin))
	closed := after + 1 // market time up to which bars are given
	for bar := range t.after(after) {
		if bar.OpenTime > closed+gapBars*interval {
			c.skip(bar.OpenTime - gapBars*interval)
		}
		if err := p.play(ctx, c, s, bar, emit); err != nil {
			return err
		}
		closed = bar.OpenTime + interval
	}
	return nil
}

// play gives one bar: forming, then closed. Steps whose time has passed are left
// out.
func (p *player) play(ctx context.Context, c *clock, s server.Series, bar core.Candle, emit func(server.Bar) error) error {
	end := bar.OpenTime + int64(s.Interval)
	if p.options.Rate > 0 {
		steps := p.options.Forming + 1
		for k := 1; k < steps; k++ {
			at := bar.OpenTime + int64(s.Interval)*int64(k)/int64(steps)
			if c.now() > at {
				continue
			}
			if err := c.wait(ctx, at); err != nil {
				return err
			}
			if err := emit(server.Bar{Series: s, Candle: forming(bar, k, steps)}); err != nil {
				return err
			}
		}
		if err := c.wait(ctx, end); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return emit(server.Bar{Series: s, Candle: bar, Closed: true})
}
