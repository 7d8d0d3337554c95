package volume_test

import (
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// TestRim walks the cases in which bars already laid belong to other rows once
// the range has changed, each against the profile taken afresh.
func TestRim(t *testing.T) {
	const below = 1.7 // 1.7/0.1 is 17, and 17*0.1 just above 1.7
	tests := []struct {
		name  string
		size  float64
		bars  []core.Candle
		limit int // of the rolling range tried beside the anchored one
	}{
		{"a high on the upper edge moves to the row above when there is one", 1, []core.Candle{
			bar(0, 11, 12, 11, 12, 8), bar(1, 12, 12, 10.5, 12, 8), bar(2, 12.5, 12.5, 12, 12, 2), bar(3, 13, 13, 12.5, 13, 1),
		}, 3},
		{"a flat bar on the lower edge moves to the row below", 1, []core.Candle{
			bar(0, 100, 100, 100, 100, 3), bar(1, 100, 100, 100, 100, 4), bar(2, 100, 100, 99.5, 100, 5), bar(3, 101, 101, 100, 101, 1),
		}, 3},
		{"and back when the lower bar leaves", 1, []core.Candle{
			bar(0, 99.5, 100, 99.5, 100, 5), bar(1, 100, 100, 100, 100, 3), bar(2, 100, 100, 100, 100, 4), bar(3, 100, 100, 100, 100, 2), bar(4, 100, 100.5, 100, 100, 1),
		}, 2},
		{"a low just below the first edge moves down when there is a row", 0.1, []core.Candle{
			bar(0, below, 1.9, below, 1.8, 8), bar(1, below, below, below, below, 2), bar(2, 1.8, 1.8, 1.65, 1.7, 8), bar(3, below, 1.75, below, below, 7),
			bar(4, 1.75, 1.75, 1.71, 1.71, 1), bar(5, 1.75, 1.75, 1.71, 1.71, 1),
		}, 3},
		{"the greatest high leaves and the next one lies on an edge", 1, []core.Candle{
			bar(0, 10, 13.5, 10, 13, 4), bar(1, 11, 12, 10, 12, 9), bar(2, 11, 12, 11, 11, 9), bar(3, 11, 11.5, 11, 11, 2), bar(4, 11, 11.5, 11, 11, 2),
		}, 3},
		{"both ends at once", 1, []core.Candle{
			bar(0, 10, 12, 10, 12, 9), bar(1, 12, 12, 10, 10, 7), bar(2, 9, 13, 9, 9, 5), bar(3, 10, 12, 10, 12, 3), bar(4, 11, 11, 11, 11, 1), bar(5, 11, 11, 11, 11, 1),
		}, 3},
		{"a bar turns up when those it took its side from leave", 1, []core.Candle{
			bar(0, 12, 12, 11, 11, 1), bar(1, 11, 11, 11, 11, 2), bar(2, 11, 11, 11, 11, 4), bar(3, 11, 11, 11, 11, 8), bar(4, 12, 12, 11, 12, 16),
		}, 3},
	}
	for _, tt := range tests {
		for _, r := range []volume.Range{volume.Anchored(0), volume.Rolling(tt.limit), volume.Rolling(tt.limit - 1)} {
			for _, spread := range []volume.Spread{volume.Uniform, volume.Close} {
				p := volume.Default()
				p.Rows, p.RowSize, p.Spread, p.VolumeUnit = 0, tt.size, spread, 0x1p-20
				e := newEngine(t, p, r)
				bars := columns(tt.bars...)
				for i := range bars.Len() {
					next(t, e, bars.At(i))
					got, err := e.Profile()
					if err != nil {
						t.Fatal(err)
					}
					mustEqual(t, tt.name, got, fresh(t, p, r, bars, i))
				}
			}
		}
	}
}
