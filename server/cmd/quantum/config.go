package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func newConfig(s streams) *cobra.Command {
	return &cobra.Command{
		Use:     "config",
		Short:   "Print the configuration in force, and where each value came from",
		Long:    "config prints every variable with its value and its source: default, .env or environment.\nSecrets are masked. .env.example says what each variable means.",
		Example: "  quantum config\n  PORT=9000 quantum config | grep PORT",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, settings, err := load(nil)
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
			for _, one := range settings {
				fmt.Fprintf(table, "%s\t%s\t%s\n", one.Name, one.Value, one.From) // the first error stays with table
			}
			return table.Flush()
		},
	}
}
