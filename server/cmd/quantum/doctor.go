package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/server/store"
)

func newDoctor(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Look at a store and say what is wrong with it",
		Long: "doctor looks at the store of REDIS_URL, or the one over DATA_DIR, whether an origin runs it or not,\n" +
			"and changes nothing. It finds holes in bars, events and outboxes, snapshots nobody can go on from,\n" +
			"keys that belong to nothing or to another partition, webhooks that are late, and settings that lose\n" +
			"data. Bars without a trade may be absent. It prints a line for each thing that is wrong, and then ends with 1.",
		Example: "  quantum doctor\n  REDIS_URL=redis+cluster://127.0.0.1:7001,127.0.0.1:7002 quantum doctor",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return doctor(cmd, s) },
	}
}

func doctor(cmd *cobra.Command, s streams) error {
	c, _, err := load(nil)
	if err != nil {
		return err
	}
	if c.Store.RedisURL == "" {
		if c.Store.Memory {
			return wrongUse("STORE_MEMORY is true, so no other process can reach the store")
		}
		if url, ok := store.Running(cmd.Context(), c.Store.Dir); ok {
			c.Store.RedisURL = url
		}
	}
	c.Log.Level = "error"
	got, err := store.Examine(cmd.Context(), store.Options{URL: c.Store.RedisURL, Dir: c.Store.Dir, Timeout: c.Store.Timeout, Late: c.Alerts.Late, Log: newLog(c.Log, s.err)})
	if err != nil {
		return err
	}
	for _, f := range got.Findings {
		fmt.Fprintln(s.out, f)
	}
	fmt.Fprintf(s.err, "looked at %d series of %d partitions: %d bars, %d events\n", got.Series, got.Partitions, got.Bars, got.Events)
	switch n := len(got.Findings); n {
	case 0:
		fmt.Fprintln(s.out, "nothing is wrong")
		return nil
	case 1:
		return fmt.Errorf("one thing is wrong with the store")
	default:
		return fmt.Errorf("%d things are wrong with the store", n)
	}
}
