package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/store"
)

func newAlerts(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "alerts",
		Short: "Copy alerts out of a store and into one",
		Long: "alerts copies the alerts of the store of REDIS_URL, or of the one over DATA_DIR, whether an origin\n" +
			"runs it or not. A copy has an alert a line, as JSON.",
		Example: "  quantum alerts export --secrets > alerts.ndjson\n  quantum alerts import < alerts.ndjson",
		Args:    known,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newAlertsExport(s), newAlertsImport(s))
	return c
}

func newAlertsExport(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "export",
		Short: "Print all alerts, one a line",
		Long: "export prints all alerts, one a line, as GET /api/v1/alerts lists them. What fired, the ledger and\n" +
			"dead letters are not in it.",
		Example: "  quantum alerts export --secrets > alerts.ndjson",
		Args:    noArgs,
	}
	secrets := c.Flags().Bool("secrets", false, "with the URLs and secrets of webhooks, without which none can be restored: keep the file to yourself")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd.Context(), s, func(st *store.Store, c config.Config) error {
			n, err := alertService(st, c).Export(cmd.Context(), s.out, *secrets)
			if err == nil {
				fmt.Fprintf(s.err, "%d alerts\n", n)
			}
			return err
		})
	}
	return c
}

func newAlertsImport(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "import",
		Short: "Store the alerts of a copy, under their ids",
		Long: "import reads what export printed. An alert that is there as the line has it is left alone, another of\n" +
			"its id is replaced, so a second import changes nothing. Nothing is stored unless every line is good.\n" +
			"The market of an alert must have bars: on a new store, run the origin first.",
		Example: "  quantum alerts import < alerts.ndjson",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd.Context(), s, func(st *store.Store, c config.Config) error {
				done, err := alertService(st, c).Import(cmd.Context(), s.in)
				fmt.Fprintf(s.err, "%d added, %d replaced, %d left as they are\n", done.Added, done.Changed, done.Same)
				return err
			})
		},
	}
}

// alertService is what answers requests about alerts, and copies them.
func alertService(s *store.Store, c config.Config) *alert.Service {
	preset, _ := cipher.ParsePreset(c.Monitor.Preset) // checked with the configuration
	return alert.NewService(s, alert.ServiceOptions{Preset: preset, Allow: allowed(c.Alerts), Limit: c.Alerts.Limit, Bars: c.Alerts.Bars})
}
