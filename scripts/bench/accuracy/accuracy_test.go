package accuracy

import (
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

const file = `time,price,size,side
0,100,1,buy
59999,104,1,sell
60000,102,4,
86400000,103,2,buy
`

func TestReadAndDays(t *testing.T) {
	trades, err := Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := trades.Side[2], core.None; got != want {
		t.Errorf("side of the third trade is %v, want %v", got, want)
	}
	days := Days(trades)
	if len(days) != 2 || days[0].Len() != 3 || days[1].Len() != 1 || days[1].Price[0] != 103 {
		t.Errorf("days are %v, want three trades and one", days)
	}
	bars := Bars(days[0], core.Minute)
	want := []core.Candle{
		{OpenTime: 0, Open: 100, High: 104, Low: 100, Close: 104, Volume: 2},
		{OpenTime: 60000, Open: 102, High: 102, Low: 102, Close: 102, Volume: 4},
	}
	if bars.Len() != len(want) {
		t.Fatalf("%d bars, want %d", bars.Len(), len(want))
	}
	for i, w := range want {
		if got := bars.At(i); got != w {
			t.Errorf("bar %d is %v, want %v", i, got, w)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error is %v, want one with %q", text, err, want)
		}
	}
	f("", "EOF")
	f("time,price,size\n", "fields")
	f("time,size,price,side\n", "line 1")
	f("time,price,size,side\n1,2,3,buy\nx,2,3,buy\n", "line 3: time")
	f("time,price,size,side\n1,,3,buy\n", "line 2: price")
	f("time,price,size,side\n1,2,3,bid\n", `side: "bid"`)
}

// TestErrorByHand has four rows of 1 from 100 to 104. Exactly 1, 0, 4 and 1 lie
// in them; from one bar of all, 1.5 in each.
func TestErrorByHand(t *testing.T) {
	trades, err := Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	p := volume.Default()
	p.Rows = 4
	got, err := Of(p, Days(trades)[0], core.Hour)
	if err != nil {
		t.Fatal(err)
	}
	// Exact: POC row 2 holds 4 of 6; the next pair, below as above has but one
	// row: 1 above against 0 + 1 below; the tie goes up: rows 2 and 3, 102 to 104.
	// From the bar: all rows tie, the lower of the two nearest the middle is row
	// 1; 1.5 + 3 above reach 70 %: rows 1 to 3, 101 to 104.
	if want := (Error{Variation: 2.5 / 6, POC: -1, VAH: 0, VAL: -1}); !near(got.Variation, want.Variation) ||
		got.POC != want.POC || got.VAH != want.VAH || got.VAL != want.VAL {
		t.Errorf("error is %+v, want %+v", got, want)
	}
}

func TestMeanTakesSizes(t *testing.T) {
	got := MeanOf([]Error{{Variation: 0.2, POC: -2}, {Variation: 0.4, POC: 1, VAL: 3}})
	if want := (Mean{Variation: 0.3, POC: 1.5, VAL: 1.5}); !near(got.Variation, want.Variation) ||
		got.POC != want.POC || got.VAH != want.VAH || got.VAL != want.VAL {
		t.Errorf("mean is %+v, want %+v", got, want)
	}
}

func near(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }
