package store

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

//go:embed revise.lua
var reviseBody string

var reviseScript = newScript(reviseBody)

// revisedBars is how many revised bars of a series are remembered, so that each
// revision is told once.
const revisedBars = 64

// Revise tells the readers of a series' bars that its source gives a committed
// bar other values now: a message that corrects the bar's, and no more. The bar
// stays as it was committed, and so does all that followed from it. It gives the
// seq of the bar, 0 where there is nothing new to tell: the same may be asked for
// again after an outage.
func (s *Store) Revise(ctx context.Context, lease server.Lease, series server.Series, bar core.Candle) (seq int64, err error) {
	n, k := s.names(series), candleText(bar)
	reply, err := reviseScript.run(ctx, s.client, []string{n.lease, n.fence, n.candles, n.state, n.outbox}, lease.Owner, lease.Fence,
		bar.OpenTime, k[0], k[1], k[2], k[3], k[4], candleBody(bar), n.barsChannel, s.options.Retention.Outbox.Milliseconds(), revisedBars)
	if err != nil {
		return 0, fmt.Errorf("revised bar %d of %s: %w", bar.OpenTime, series, err)
	}
	if seq, _ = reply.(int64); seq < 0 {
		return 0, fmt.Errorf("revised bar %d of %s: %w", bar.OpenTime, series, server.ErrFenced)
	}
	return seq, nil
}
