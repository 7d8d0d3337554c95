// Command quantum is the whole of Quantum in one binary: the origin, a
// monitor, and the engines on the command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/server"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process as usual
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// streams are what a command reads and writes: what is for machines goes to
// out, and nothing else does.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a wrong use of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func wrongUse(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

// run runs a command line and gives its exit code. An error is one sentence.
func run(ctx context.Context, args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(s.err, "quantum: interrupted")
		return exitFailure
	}
	fmt.Fprintf(s.err, "quantum: %s\n", sentence(err))
	if usage := (usageError{}); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailure
}

// sentence is an error for a person, every refused field on a line of its own.
func sentence(err error) string {
	var e *server.Error
	if !errors.As(err, &e) || len(e.Fields) < 2 {
		return err.Error()
	}
	text := err.Error()
	for _, f := range e.Fields {
		text += "\n  " + f.String()
	}
	return text
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "quantum",
		Short: "Trading signals, the same bits everywhere",
		Long: "quantum computes Quantum Cipher and Quantum Volume, watches live markets and serves\n" +
			"their signals. Every signal can be recomputed, bit for bit, by anyone.",
		Example:           "  quantum serve\n  quantum compute cipher --file candles.csv.gz --events --format csv",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
		Args:              known,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newCompute(s), newExplain(s), newOutcomes(s), newReplay(s), newServe(s), newMonitor(s), newDoctor(s), newKey(s), newAlerts(s), newMCP(s), newVerify(s), newWatch(s), newConfig(s), newVersion(s))
	return root
}

// known refuses words that are no command of the command.
func known(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrongUse("%q is not a command of %q; see --help", args[0], cmd.CommandPath())
	}
	return nil
}

// noArgs refuses words behind a command that takes only flags.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrongUse("%q takes no arguments, only flags; got %q", cmd.CommandPath(), args[0])
	}
	return nil
}
