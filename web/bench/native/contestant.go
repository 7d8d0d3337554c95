package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// contestant is one way to compute a result from bars.
type contestant struct {
	name string
	// prepare returns the work to time over bars of that length, which takes
	// and fills columns made beforehand.
	prepare func(bars int) func(core.Columns)
	// columns are the numbers the page compares.
	columns func(core.Columns) ([][]float64, error)
}

var plain = [...]cipher.Reading{cipher.WT1, cipher.WT2, cipher.MF, cipher.RSI, cipher.StochK, cipher.StochD, cipher.STC}

// contestants are those of a section of the benchmark.
func contestants(section string) []contestant {
	switch section {
	case "columns":
		return []contestant{batch("native Go", plainColumns)}
	case "engine":
		return []contestant{batch("native Go", cipher.MakeColumns), batchEvents("native Go, with events")}
	case "stream":
		return []contestant{stream("native Go, Next")}
	}
	rows, found := strings.CutPrefix(section, "volume-")
	if count, err := strconv.Atoi(rows); found && err == nil {
		return []contestant{profile("native Go", count, volume.Uniform), profile("native Go, spread close", count, volume.Close)}
	}
	return nil
}

// plainColumns are the seven readings any library can compose.
func plainColumns(bars int) cipher.Columns {
	var c cipher.Columns
	for _, r := range plain {
		c.Values[r] = make([]float64, bars)
	}
	return c
}

// floats are the readings that were asked for; the flags as they are in memory.
func floats(c cipher.Columns, bars int) [][]float64 {
	var columns [][]float64
	for _, column := range c.Values {
		if column != nil {
			columns = append(columns, column)
		}
	}
	if c.Flags != nil {
		flags := make([]float64, bars)
		for i, f := range c.Flags {
			flags[i] = float64(f) // 56 bits hash as their nearest float64, here and there
		}
		columns = append(columns, flags)
	}
	return columns
}

func batch(name string, columns func(int) cipher.Columns) contestant {
	compute := func(c core.Columns, out *cipher.Columns) error {
		return cipher.Compute(cipher.Default(cipher.Quantum), core.Minute, c, out)
	}
	return contestant{name, func(bars int) func(core.Columns) {
		out := columns(bars)
		return func(c core.Columns) { must(compute(c, &out)) }
	}, func(c core.Columns) ([][]float64, error) {
		out := columns(c.Len())
		err := compute(c, &out)
		return floats(out, c.Len()), err
	}}
}

// batchEvents is all columns and the list of events.
func batchEvents(name string) contestant {
	c := batch(name, cipher.MakeColumns)
	c.prepare = func(bars int) func(core.Columns) {
		out := cipher.MakeColumns(bars)
		p := cipher.Default(cipher.Quantum)
		var events []cipher.Event
		return func(c core.Columns) {
			must(cipher.Compute(p, core.Minute, c, &out))
			var err error
			events, err = cipher.AppendSeriesEvents(events[:0], p, core.Minute, c, &out)
			must(err)
		}
	}
	return c
}

func stream(name string) contestant {
	feed := func(c core.Columns, out *cipher.Columns) error {
		engine, err := cipher.New(cipher.Default(cipher.Quantum), core.Minute)
		if err != nil {
			return err
		}
		var o cipher.Output
		for i := range c.Len() {
			if err := engine.Next(c.At(i), &o); err != nil {
				return err
			}
			for _, r := range plain {
				out.Values[r][i] = o.Values[r]
			}
		}
		return nil
	}
	return contestant{name, func(bars int) func(core.Columns) {
		out := plainColumns(bars)
		return func(c core.Columns) { must(feed(c, &out)) }
	}, func(c core.Columns) ([][]float64, error) {
		out := plainColumns(c.Len())
		err := feed(c, &out)
		return floats(out, c.Len()), err
	}}
}

func profile(name string, rows int, spread volume.Spread) contestant {
	p := volume.Default()
	p.Rows, p.Spread = rows, spread
	return contestant{name, func(int) func(core.Columns) {
		return func(c core.Columns) {
			_, err := volume.Compute(p, c)
			must(err)
		}
	}, func(c core.Columns) ([][]float64, error) {
		profile, err := volume.Compute(p, c)
		if err != nil {
			return nil, err
		}
		total := make([]float64, rows)
		for i := range total {
			total[i] = profile.Up[i] + profile.Down[i]
		}
		return [][]float64{total}, nil
	}}
}

// sampler returns a function that takes one sample of the work over windows.
// Work so short that the clock would round it is repeated.
func sampler(windows []core.Columns, prepare func(int) func(core.Columns), leastMs float64) func() sample {
	const warm = 100 * time.Millisecond
	least := time.Duration(leastMs * float64(time.Millisecond))
	bars := windows[0].Len()
	work := prepare(bars)
	turn := 0
	run := func(calls int) time.Duration {
		start := time.Now()
		for range calls {
			work(windows[turn])
			turn = (turn + 1) % len(windows)
		}
		return time.Since(start)
	}
	calls := 1
	for spent := run(1); spent < warm; {
		took := run(calls)
		if spent += took; took < least {
			calls *= 2
		}
	}
	return func() sample { return sample{run(calls).Nanoseconds(), calls} }
}

// must ends the program: the bars are valid, so an error is a bug.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
