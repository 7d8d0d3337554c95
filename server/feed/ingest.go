package feed

import (
	"context"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// Inbox is where pushed bars wait for a monitor.
type Inbox interface {
	// Inbox gives bars that open after a time, oldest first, at most limit.
	Inbox(ctx context.Context, s server.Series, after int64, limit int) ([]core.Candle, error)
	// AwaitInbox waits until there is one.
	AwaitInbox(ctx context.Context, s server.Series, after int64) error
}

// inboxRead is how many bars one read takes.
const inboxRead = 1000

// Ingest gives bars pushed through the API. They are closed and in order: the
// store saw to that. Safe for concurrent use.
type Ingest struct {
	inbox Inbox
}

// NewIngest gives the bars of an inbox.
func NewIngest(inbox Inbox) *Ingest { return &Ingest{inbox} }

// History gives what waits in the inbox.
func (f *Ingest) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	for {
		bars, err := f.inbox.Inbox(ctx, s, after, inboxRead)
		if err != nil || len(bars) == 0 {
			return err
		}
		for _, bar := range bars {
			if err := yield(bar); err != nil {
				return err
			}
		}
		after = bars[len(bars)-1].OpenTime
	}
}

// Live gives bars as they are pushed.
func (f *Ingest) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	for {
		if err := f.inbox.AwaitInbox(ctx, s, after); err != nil {
			return err
		}
		err := f.History(ctx, s, after, func(bar core.Candle) error {
			after = bar.OpenTime
			return emit(server.Bar{Series: s, Candle: bar, Closed: true})
		})
		if err != nil {
			return err
		}
	}
}
