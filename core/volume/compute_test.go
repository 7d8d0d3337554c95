package volume_test

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// TestCompute: hand-made profiles, each making one sentence of the
// specification visible. Rows are written low edge, up, down.
func TestCompute(t *testing.T) {
	size := func(p *volume.Params, v float64) { p.Rows, p.RowSize = 0, v }
	tests := []struct {
		name string
		set  func(*volume.Params)
		bars []core.Candle
		rows [][3]float64
	}{
		{"one price is one row", func(p *volume.Params) {}, []core.Candle{bar(0, 5, 5, 5, 5, 3)}, [][3]float64{{5, 3, 0}}},
		{"a bar is laid evenly", func(p *volume.Params) { p.Rows = 4 },
			[]core.Candle{bar(0, 10, 14, 10, 14, 8)}, [][3]float64{{10, 2, 0}, {11, 2, 0}, {12, 2, 0}, {13, 2, 0}}},
		{"its ends in part", func(p *volume.Params) { size(p, 1) },
			[]core.Candle{bar(0, 12.25, 12.25, 10.25, 10.25, 8)}, [][3]float64{{10, 0, 3}, {11, 0, 4}, {12, 0, 1}}},
		{"a high on the last edge is in the last row", func(p *volume.Params) { size(p, 1) },
			[]core.Candle{bar(0, 11, 12, 11, 12, 8)}, [][3]float64{{11, 8, 0}}},
		{"an upper edge belongs to the row above", func(p *volume.Params) { size(p, 1) },
			[]core.Candle{bar(0, 11, 12, 11, 12, 8), bar(1, 12.5, 12.5, 12, 12, 2)}, [][3]float64{{11, 8, 0}, {12, 0, 2}}},
		{"what rounding leaves goes to the row after the first", func(p *volume.Params) { p.Rows, p.VolumeUnit = 3, 1 },
			[]core.Candle{bar(0, 0, 3, 0, 3, 10)}, [][3]float64{{0, 3, 0}, {1, 4, 0}, {2, 3, 0}}},
		{"of two rows to the larger share", func(p *volume.Params) { size(p, 1); p.VolumeUnit = 1 },
			[]core.Candle{bar(0, 0.5, 1.75, 0.5, 1.75, 9)}, [][3]float64{{0, 3, 0}, {1, 6, 0}}},
		{"of two equal ones to the first", func(p *volume.Params) { size(p, 1); p.VolumeUnit = 1 },
			[]core.Candle{bar(0, 0.5, 1.5, 0.5, 1.5, 9)}, [][3]float64{{0, 5, 0}, {1, 4, 0}}},
		{"volume is rounded to whole units, half to even", func(p *volume.Params) { p.VolumeUnit = 2 },
			[]core.Candle{bar(0, 1, 1, 1, 1, 5), bar(1, 1, 1, 1, 1, 7)}, [][3]float64{{1, 12, 0}}},
		{"all on the close", func(p *volume.Params) { p.Rows, p.Spread = 2, volume.Close },
			[]core.Candle{bar(0, 10, 14, 10, 11, 8), bar(1, 11, 14, 10, 14, 1)}, [][3]float64{{10, 8, 0}, {12, 1, 0}}},
		{"a doji takes the sign of the move since the close before, then the side before, up at first",
			func(p *volume.Params) { size(p, 10) },
			[]core.Candle{bar(0, 5, 5, 5, 5, 1), bar(1, 5, 5, 5, 5, 2), bar(2, 4, 5, 4, 4, 4), bar(3, 4, 4, 4, 4, 8), bar(4, 6, 6, 6, 6, 16), bar(5, 3, 3, 2, 2, 32), bar(6, 2, 2, 2, 2, 64)},
			[][3]float64{{0, 1 + 2 + 16, 4 + 8 + 32 + 64}}},
		{"prices may be below 0", func(p *volume.Params) { size(p, 2) },
			[]core.Candle{bar(0, -3, 1, -3, 1, 4)}, [][3]float64{{-4, 1, 0}, {-2, 2, 0}, {0, 1, 0}}},
		{"no volume leaves empty rows", func(p *volume.Params) { p.Rows = 2 },
			[]core.Candle{bar(0, 1, 3, 1, 2, 0)}, [][3]float64{{1, 0, 0}, {2, 0, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := volume.Default()
			tt.set(&p)
			got, err := volume.Compute(p, columns(tt.bars...))
			if err != nil {
				t.Fatal(err)
			}
			if got.Len() != len(tt.rows) {
				t.Fatalf("%d rows from %v, want %d", got.Len(), got.Edges, len(tt.rows))
			}
			for i, want := range tt.rows {
				if row := [3]float64{got.Edges[i], got.Up[i], got.Down[i]}; row != want {
					t.Errorf("row %d is %v, want %v", i, row, want)
				}
			}
		})
	}
}

// pile is bars that put the given volumes into rows of height 1 from 0 on.
func pile(volumes ...float64) core.Columns {
	c := core.MakeColumns(len(volumes))
	for i, v := range volumes {
		low := float64(i)
		c.Append(bar(i, low, low+0.5, low, low+0.5, v))
	}
	return c
}

// TestLevels: the point of control, the value area and the shape of rows of
// given volumes.
func TestLevels(t *testing.T) {
	tests := []struct {
		name                    string
		volumes                 []float64
		share                   float64
		by                      volume.Expansion
		poc, val, vah, enclosed float64
		shape                   volume.Shape
	}{
		{"one row", []float64{4}, 0.7, volume.Pairs, 0.5, 0, 1, 4, volume.ShapeThin},
		{"ties go to the row nearest the middle", []float64{5, 1, 5, 1, 1}, 0.1, volume.Pairs, 2.5, 2, 3, 5, volume.ShapeDouble},
		{"of two as near, to the lower", []float64{1, 5, 5, 1}, 0.1, volume.Pairs, 1.5, 1, 2, 5, volume.ShapeD},
		{"the larger pair", []float64{4, 4, 10, 1, 6}, 0.7, volume.Pairs, 2.5, 0, 3, 18, volume.ShapeDouble},
		{"the larger row", []float64{4, 3, 10, 4, 1}, 0.7, volume.Single, 2.5, 1, 4, 17, volume.ShapeD},
		{"pairs tied go up", []float64{1, 1, 10, 1, 1}, 0.8, volume.Pairs, 2.5, 2, 5, 12, volume.ShapeD},
		{"rows tied go up", []float64{1, 1, 10, 1, 1}, 0.75, volume.Single, 2.5, 2, 4, 11, volume.ShapeD},
		{"one row may remain on a side", []float64{3, 1, 1, 9, 2}, 0.7, volume.Pairs, 3.5, 1, 5, 13, volume.ShapeP},
		{"a side without rows is never chosen", []float64{0, 0, 0, 0, 7}, 1, volume.Pairs, 4.5, 4, 5, 7, volume.ShapeP},
		{"all of it", []float64{1, 2, 0, 4, 1}, 1, volume.Single, 3.5, 0, 5, 8, volume.ShapeP},
		{"the dominant node below", []float64{1, 9, 2, 1, 1, 1}, 0.7, volume.Pairs, 1.5, 1, 4, 12, volume.ShapeB},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := volume.Default()
			p.Rows, p.RowSize, p.ValueArea, p.Expansion, p.NodeSmoothing = 0, 1, tt.share, tt.by, 0
			got, err := volume.Compute(p, pile(tt.volumes...))
			if err != nil {
				t.Fatal(err)
			}
			if got.POC != tt.poc || got.VAL != tt.val || got.VAH != tt.vah || got.Enclosed != tt.enclosed || got.Shape != tt.shape {
				t.Errorf("poc %v, val %v, vah %v, enclosed %v, shape %v; want %v, %v, %v, %v, %v", got.POC, got.VAL, got.VAH,
					got.Enclosed, got.Shape, tt.poc, tt.val, tt.vah, tt.enclosed, tt.shape)
			}
		})
	}
}

// TestNodes: which rows of given volumes are nodes, written row:prominence.
func TestNodes(t *testing.T) {
	tests := []struct {
		name      string
		volumes   []float64
		smoothing int
		strength  float64
		high, low []volume.Node
	}{
		{"beyond the ends there is nothing", []float64{8}, 0, 0.1, []volume.Node{{0, 0.5, 8, 1}}, nil},
		{"two humps and the hole between", []float64{2, 8, 2, 4, 1}, 0, 0.1,
			[]volume.Node{{1, 1.5, 8, 1}, {3, 3.5, 4, 0.25}}, []volume.Node{{2, 2.5, 2, 0.25}}},
		{"a weak hump is none", []float64{2, 8, 2, 4, 1}, 0, 0.3, []volume.Node{{1, 1.5, 8, 1}}, nil},
		{"a stretch of equal rows is one node, at its middle", []float64{1, 4, 4, 4, 4, 1}, 0, 0.1, []volume.Node{{2, 2.5, 4, 1}}, nil},
		{"the lower row of a hump counts for the higher one too", []float64{6, 1, 8, 3, 4}, 0, 0,
			[]volume.Node{{0, 0.5, 6, 0.625}, {2, 2.5, 8, 1}, {4, 4.5, 4, 0.125}}, []volume.Node{{1, 1.5, 1, 0.625}, {3, 3.5, 3, 0.125}}},
		{"no hole at an end", []float64{1, 8, 2}, 0, 0.1, []volume.Node{{1, 1.5, 8, 1}}, nil},
		{"smoothing can level the point of control, which is one anyhow", []float64{0, 16, 0, 0, 12, 14, 12}, 1, 0.5,
			[]volume.Node{{1, 1.5, 16, 1}, {5, 5.5, 14, 1}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := volume.Default()
			p.Rows, p.RowSize, p.NodeSmoothing, p.NodeStrength = 0, 1, tt.smoothing, tt.strength
			got, err := volume.Compute(p, pile(tt.volumes...))
			if err != nil {
				t.Fatal(err)
			}
			for _, list := range []struct {
				what      string
				got, want []volume.Node
			}{{"high", got.HighNodes, tt.high}, {"low", got.LowNodes, tt.low}} {
				if len(list.got) != len(list.want) {
					t.Fatalf("%s nodes %v, want %v", list.what, list.got, list.want)
				}
				for i := range list.want {
					if list.got[i] != list.want[i] {
						t.Errorf("%s nodes %v, want %v", list.what, list.got, list.want)
					}
				}
			}
		})
	}
}

// TestDefaultUnit: 2^(ceil(log2(greatest volume)) - 40), to the least binary64.
func TestDefaultUnit(t *testing.T) {
	tests := []struct{ most, unit float64 }{
		{1, 0x1p-40}, {2, 0x1p-39}, {math.Nextafter(2, 3), 0x1p-38}, {3, 0x1p-38}, {1000, 0x1p-30},
		{0, volume.DefaultUnit}, {0x1p-1022, 0x1p-1062}, {0x1p-1030, 0x1p-1070}, {5e-324, 5e-324}, {1e100, 0x1p293},
	}
	for _, tt := range tests {
		got, err := volume.Compute(volume.Default(), columns(bar(0, 1, 2, 1, 2, tt.most/2), bar(1, 1, 2, 1, 2, tt.most)))
		if tt.most == 1e100 {
			got, err = volume.Compute(volume.Default(), columns(bar(0, 1, 2, 1, 2, tt.most)))
		}
		if err != nil || got.Unit != tt.unit {
			t.Errorf("unit of a greatest volume of %v = %v, %v, want %v", tt.most, got.Unit, err, tt.unit)
		}
	}
}
