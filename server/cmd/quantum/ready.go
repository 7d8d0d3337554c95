package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// tailPatience is how long a reader of the hub's streams may take to come round,
// which it does in a fifth of a second. Readiness is to be red within 15 s.
const tailPatience = 10 * time.Second

// checks are what the origin cannot do without.
func (o *running) checks() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"store": func(ctx context.Context) error {
			if err := o.store.Ping(ctx); err != nil {
				return errors.New("the store does not answer")
			}
			return nil
		},
		"monitor": o.flowing,
		"tail": func(context.Context) error {
			if streams, ago := o.tail.Slowest(); ago > tailPatience {
				return fmt.Errorf("streams %s were last read %s ago", streams, ago.Round(time.Second))
			}
			return nil
		},
	}
}

// flowing reports whether any watched market flows. One that does not, halted or
// without trades, is no reason to take the origin out of service.
func (o *running) flowing(ctx context.Context) error {
	markets, err := o.markets(ctx)
	if err != nil {
		return err
	}
	for _, m := range markets {
		if m.State == server.Live || m.State == server.Gap {
			return nil
		}
	}
	if len(markets) == 0 {
		return nil
	}
	return fmt.Errorf("all %d markets are stale or lag behind: no monitor runs them, or no bars come", len(markets))
}

// standing counts the markets by state where not all are live, and names some of
// the others. It turns nothing red.
func (o *running) standing(ctx context.Context) error {
	markets, err := o.markets(ctx)
	if err != nil {
		return err
	}
	const most = 10
	count, named := map[server.State]int{}, []string{}
	for _, m := range markets {
		if count[m.State]++; m.State != server.Live && len(named) <= most {
			named = append(named, m.Market.String())
		}
	}
	if len(named) == 0 {
		return nil
	}
	if len(named) > most {
		named[most] = "…"
	}
	return fmt.Errorf("%d live, %d lagging, %d stale, %d gap: %s",
		count[server.Live], count[server.Lagging], count[server.Stale], count[server.Gap], strings.Join(named, ", "))
}

func (o *running) markets(ctx context.Context) ([]server.MarketStatus, error) {
	markets, err := o.store.Markets(ctx)
	if err != nil {
		return nil, errors.New("the store does not tell the state of markets")
	}
	return markets, nil
}
