package alert

import (
	"context"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// Engines are the parameters of what rules read; the monitors run the same.
type Engines struct {
	Cipher cipher.Params
	Volume volume.Params
}

// DefaultEngines are those of a preset, over the UTC day.
func DefaultEngines(preset cipher.Preset) Engines {
	return Engines{cipher.Default(preset), volume.Default()}
}

// stride is how many bars are walked between two looks at the context.
const stride = 1024

// Walk runs the engines over closed bars, oldest first, and gives what they say
// at each, in memory that is written anew for the next. It costs some
// microseconds a bar.
func (e Engines) Walk(ctx context.Context, interval core.Interval, c core.Columns, yield func(*server.Closed)) error {
	first, err := cipher.New(e.Cipher, interval)
	if err != nil {
		return err
	}
	second, err := volume.New(e.Volume, interval, volume.Daily())
	if err != nil {
		return err
	}
	var bar server.Closed
	var signals []cipher.Event
	var levels []volume.Event
	for i := range c.Len() {
		if i%stride == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		bar.Candle, bar.Events = c.At(i), bar.Events[:0]
		if err := first.Next(bar.Candle, &bar.Cipher); err != nil {
			return err
		}
		signals = first.AppendEvents(signals[:0])
		for k := range signals {
			bar.Events = append(bar.Events, signals[k].Kind())
		}
		if second.Next(bar.Candle, &bar.Volume) == nil { // else its volume is beyond what the unit counts
			levels = second.AppendEvents(levels[:0])
			for k := range levels {
				bar.Events = append(bar.Events, levels[k].Kind())
			}
		}
		yield(&bar)
	}
	return nil
}

// Matches gives the open times of the bars at which a rule holds, ascending.
func (e Engines) Matches(ctx context.Context, rule *Rule, interval core.Interval, c core.Columns) ([]int64, error) {
	var times []int64
	var failed error
	err := e.Walk(ctx, interval, c, func(bar *server.Closed) {
		holds, err := rule.Matches(bar)
		if err != nil && failed == nil {
			failed = err
		}
		if holds {
			times = append(times, bar.Candle.OpenTime)
		}
	})
	if err == nil {
		err = failed
	}
	return times, err
}
