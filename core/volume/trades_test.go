package volume_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// TestTrades: each size lies in the row of its price, on the side of its taker.
func TestTrades(t *testing.T) {
	trades := volume.Trades{
		Time:  []int64{1, 1, 2, 5, 5, 5, 9},
		Price: []float64{10, 10.5, 12, 11, 11, 13, 12.5},
		Size:  []float64{1, 2, 4, 8, 16, 32, 64},
		Side:  []core.Side{core.None, core.Bear, core.None, core.None, core.Bull, core.Bear, core.None},
	}
	p := volume.Default()
	p.Rows, p.RowSize = 0, 1
	got, err := volume.FromTrades(p, trades)
	if err != nil {
		t.Fatal(err)
	}
	// The first is up for want of anything else, the third rose, the fourth and
	// the last fell; 13 is on the last edge, so in the last row.
	up, down := []float64{1, 16, 4}, []float64{2, 8, 32 + 64}
	for i := range up {
		if got.Up[i] != up[i] || got.Down[i] != down[i] {
			t.Errorf("row %d holds %v up and %v down, want %v and %v", i, got.Up[i], got.Down[i], up[i], down[i])
		}
	}
	if got.Source != volume.SourceTrades || got.Source.String() != "trades" || got.Count != 7 || got.Total != 127 {
		t.Errorf("%v of %d trades, total %v; want trades, 7, 127", got.Source, got.Count, got.Total)
	}
	if got.POC != 12.5 || got.VAL != 12 || got.VAH != 13 || got.Enclosed != 100 {
		t.Errorf("poc %v, val %v, vah %v, enclosed %v; want 12.5, 12, 13, 100", got.POC, got.VAL, got.VAH, got.Enclosed)
	}
}

// TestTradesUnknownSide: without sides a trade takes that of its move, then that
// of the trade before, whose own side may have been known.
func TestTradesUnknownSide(t *testing.T) {
	tests := []struct {
		name     string
		prices   []float64
		sides    []core.Side
		up, down float64
	}{
		{"no sides at all", []float64{5, 5, 6, 6, 4, 4}, nil, 1 + 2 + 4 + 8, 16 + 32},
		{"after a known seller", []float64{5, 5, 5}, []core.Side{core.None, core.Bear, core.None}, 1, 2 + 4},
	}
	for _, tt := range tests {
		trades := volume.Trades{Price: tt.prices, Side: tt.sides}
		for i := range tt.prices {
			trades.Time, trades.Size = append(trades.Time, int64(i)), append(trades.Size, float64(int(1)<<i))
		}
		p := volume.Default()
		p.Rows = 1
		got, err := volume.FromTrades(p, trades)
		if err != nil || got.Up[0] != tt.up || got.Down[0] != tt.down {
			t.Errorf("%s: up %v, down %v, %v; want %v, %v", tt.name, got.Up[0], got.Down[0], err, tt.up, tt.down)
		}
	}
}

// TestLawsTrades: a profile of trades equals that of the same trades written as
// bars of one price each.
func TestLawsTrades(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 30)
		p := drawParams(t, size)
		p.VolumeUnit = drawUnit(t)
		var trades volume.Trades
		var flat core.Columns
		for i := range bars.Len() {
			price := bars.Close[i]
			trades.Time = append(trades.Time, int64(i/3))
			trades.Price, trades.Size = append(trades.Price, price), append(trades.Size, bars.Volume[i])
			flat.Append(core.Candle{OpenTime: int64(i), Open: price, High: price, Low: price, Close: price, Volume: bars.Volume[i]})
		}
		got, err := volume.FromTrades(p, trades)
		if err != nil {
			t.Fatalf("FromTrades: %v", err)
		}
		if math.Abs(got.Total) > 0 && got.Source != volume.SourceTrades {
			t.Fatalf("source %v", got.Source)
		}
		want := compute(t, p, flat)
		want.Source = volume.SourceTrades
		// A trade's price is taken as it is, a bar's is ((h + l) + c)/3.
		want.VWAP, want.SD = got.VWAP, got.SD
		mustEqual(t, "FromTrades", got, want)
	})
}
