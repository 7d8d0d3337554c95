package volume_test

import (
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// TestAllocs: once the longest session or the window has been seen, neither
// Next nor Peek nor AppendEvents allocates.
func TestAllocs(t *testing.T) {
	sized := volume.Default()
	sized.Rows, sized.RowSize = 0, 10
	ranges := []volume.Range{volume.Daily(), {Length: 60}, {Kind: volume.RangeWeek}, volume.Rolling(500)}
	bars := walk(4 * 1440)
	for _, r := range ranges {
		for _, p := range []volume.Params{volume.Default(), sized} {
			if r.Kind == volume.RangeWeek && p.RowSize == 0 {
				continue // has not seen a longest session yet
			}
			e := newEngine(t, p, r)
			var out volume.Levels
			events := make([]volume.Event, 0, volume.NumSignals)
			for lap := range 3 { // the same days again and again
				for i := range bars.Len() {
					next(t, e, shifted(bars, i, lap))
				}
			}
			i := 0
			allocs := testing.AllocsPerRun(bars.Len()-1, func() {
				bar := shifted(bars, i, 3)
				if err := e.Peek(bar, &out); err != nil {
					t.Fatal(err)
				}
				if err := e.Next(bar, &out); err != nil {
					t.Fatal(err)
				}
				events = e.AppendEvents(events[:0])
				i++
			})
			if allocs != 0 {
				t.Errorf("%v with rows %d, row_size %v: %v allocations a bar, want none", r, p.Rows, p.RowSize, allocs)
			}
		}
	}
}

// shifted is bar i, laps times its series later.
func shifted(bars core.Columns, i, laps int) core.Candle {
	k := bars.At(i)
	k.OpenTime += int64(laps) * int64(bars.Len()) * int64(core.Minute)
	return k
}
