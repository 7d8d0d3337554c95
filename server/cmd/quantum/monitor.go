package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func newMonitor(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "monitor",
		Short: "Run a monitor alone: it watches markets and commits their signals",
		Long: "monitor leases markets and runs their engines, beside any number of others, over the Redis\n" +
			"of REDIS_URL. SIGINT or SIGTERM hands the leases back.",
		Example: "  REDIS_URL=redis://127.0.0.1:6379 quantum monitor",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runMonitor(cmd.Context(), s) },
	}
}

func runMonitor(ctx context.Context, s streams) error {
	c, _, err := load(nil)
	if err != nil {
		return err
	}
	if c.Store.RedisURL == "" {
		return wrongUse("REDIS_URL is missing: a monitor alone shares the store of an origin, and an embedded one has a single process")
	}
	log := newLog(c.Log, s.err)
	st, err := openStore(ctx, c.Store, log)
	if err != nil {
		return err
	}
	run := func() error {
		from, err := newSources(c, st, log)
		if err != nil {
			return usage(err)
		}
		if err := from.watch(ctx, st); err != nil {
			return err
		}
		return newMonitorOf(c.Monitor, st, from.feeds, nil, log).Run(ctx)
	}
	err = run()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.HTTP.StopTimeout)
	defer cancel()
	return errors.Join(err, st.Close(closing))
}
