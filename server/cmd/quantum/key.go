package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/access"
	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/store"
)

func newKey(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "key",
		Short: "Make, list and revoke API keys",
		Long: "key keeps the API keys of the store of REDIS_URL, or of the one over DATA_DIR, whether an origin\n" +
			"runs it or not. A key is shown once; the store has its SHA-256.",
		Example: "  quantum key create --name feeder --scope write\n  quantum key list\n  quantum key revoke 1f0e9d8c7b6a",
		Args:    known,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newKeyCreate(s), newKeyList(s), newKeyRevoke(s))
	return c
}

func newKeyCreate(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:     "create",
		Short:   "Make a key and print it, once",
		Example: "  quantum key create --name feeder --scope read,write",
		Args:    noArgs,
	}
	name := c.Flags().String("name", "", "whose it is, for the list")
	scopes := c.Flags().StringSlice("scope", []string{server.ScopeRead}, "what it may do: read, write, admin")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		text, sum, key, err := access.NewKey(*name, *scopes, time.Now())
		if err != nil {
			return usageError{err}
		}
		return withStore(cmd.Context(), s, func(st *store.Store, _ config.Config) error {
			if err := st.AddAPIKey(cmd.Context(), sum, key); err != nil {
				return err
			}
			fmt.Fprintf(s.err, "key %s with %s; it is not shown again\n", key.ID, strings.Join(key.Scopes, ", "))
			_, err := fmt.Fprintln(s.out, text)
			return err
		})
	}
	return c
}

func newKeyList(s streams) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the keys, oldest first",
		Example: "  quantum key list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd.Context(), s, func(st *store.Store, _ config.Config) error {
				keys, err := st.APIKeys(cmd.Context())
				if err != nil {
					return err
				}
				table := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
				for _, k := range keys {
					fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", k.ID, k.Created.Format(time.RFC3339), strings.Join(k.Scopes, ","), k.Name) // the first error stays with table
				}
				return table.Flush()
			})
		},
	}
}

func newKeyRevoke(s streams) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke ID",
		Short:   "Revoke a key: origins refuse it within seconds",
		Example: "  quantum key revoke 1f0e9d8c7b6a",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUse("%q takes the id of one key, as quantum key list shows it; got %d", cmd.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd.Context(), s, func(st *store.Store, _ config.Config) error {
				gone, err := st.DropAPIKey(cmd.Context(), args[0])
				if err == nil && !gone {
					err = fmt.Errorf("there is no key %q; see quantum key list", args[0])
				}
				return err
			})
		},
	}
}

// withStore opens the store of the configuration, that of a running origin where
// there is one.
func withStore(ctx context.Context, s streams, do func(*store.Store, config.Config) error) error {
	c, _, err := load(nil)
	if err != nil {
		return err
	}
	if c.Store.RedisURL == "" {
		if c.Store.Memory {
			return wrongUse("STORE_MEMORY is true, so no other process can reach the store; a key for it is ADMIN_KEY")
		}
		if url, ok := store.Running(ctx, c.Store.Dir); ok {
			c.Store.RedisURL = url
		}
	}
	c.Log.Level = "error"
	st, err := openStore(ctx, c.Store, newLog(c.Log, s.err))
	if err != nil {
		return err
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.HTTP.StopTimeout)
	defer cancel()
	return errors.Join(do(st, c), st.Close(closing))
}
