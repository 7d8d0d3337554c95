package main

import (
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/server/config"
)

// envFile is read where the command is started; the environment stands over
// it.
const envFile = ".env"

// flagSource is the name of values given on the command line.
const flagSource = "flag"

// load puts the configuration together; flags, by the name of their variable,
// stand over everything else.
func load(flags map[string]string) (config.Config, []config.Setting, error) {
	file, err := config.File(envFile)
	if err != nil {
		return config.Config{}, nil, err
	}
	c, settings, err := config.Load(file, config.Environment(os.Environ()), config.Source{Name: flagSource, Values: flags})
	return c, settings, usage(err)
}

// changed gives the flags somebody set, by the name of their variable.
func changed(cmd *cobra.Command, variables map[string]string) map[string]string {
	given := map[string]string{}
	for flag, variable := range variables {
		if f := cmd.Flags().Lookup(flag); f.Changed {
			given[variable] = f.Value.String()
		}
	}
	return given
}

// newLog speaks to standard error: standard output is for machines.
func newLog(c config.Log, to io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // checked with the configuration
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
