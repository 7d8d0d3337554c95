package feed

import (
	"context"
	"sort"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// File gives candles as they are: all of them are history, and nothing comes
// live. Bars are not checked, as those of an exchange are not. Safe for
// concurrent use.
type File struct {
	candles core.Columns
}

// NewFile gives the candles for every series asked for.
func NewFile(candles core.Columns) *File { return &File{candles} }

// History gives the bars that open after a time.
func (f *File) History(ctx context.Context, _ server.Series, after int64, yield func(core.Candle) error) error {
	times := f.candles.OpenTime
	for i := sort.Search(len(times), func(i int) bool { return times[i] > after }); i < len(times); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(f.candles.At(i)); err != nil {
			return err
		}
	}
	return nil
}

// Live waits for the end of ctx.
func (f *File) Live(ctx context.Context, _ server.Series, _ int64, _ func(server.Bar) error) error {
	<-ctx.Done()
	return ctx.Err()
}
