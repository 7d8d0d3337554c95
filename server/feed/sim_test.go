package feed

import (
	"hash/fnv"
	"math"
	"testing"

	"encoding/binary"

	"github.com/quantum-signals/quantum/core"
)

// take reads n bars of a tape.
func take(t tape, after int64, n int) core.Columns {
	c := core.MakeColumns(n)
	for bar := range t.after(after) {
		c.Append(bar)
		if c.Len() == n {
			break
		}
	}
	return c
}

func bits(c core.Columns) uint64 {
	h := fnv.New64a()
	for i := range c.Len() {
		k := c.At(i)
		for _, v := range [6]uint64{uint64(k.OpenTime), math.Float64bits(k.Open), math.Float64bits(k.High), math.Float64bits(k.Low), math.Float64bits(k.Close), math.Float64bits(k.Volume)} {
			h.Write(binary.LittleEndian.AppendUint64(nil, v))
		}
	}
	return h.Sum64()
}

func TestTheSimulatorStaysInsideItsRules(t *testing.T) {
	for _, symbol := range []string{"SIMUSDT", "ALPHA", "X"} {
		tape := simTape{newSim(1, symbol), core.Minute}
		c := take(tape, simOrigin-1, 10*dayMinutes)
		up, flat, ranges, volumes := 0, 0, 0.0, 0.0
		for i := range c.Len() {
			k := c.At(i)
			if err := core.CheckPrices(k, i); err != nil {
				t.Fatalf("%s: %v", symbol, err)
			}
			if err := core.CheckVolume(k.Volume, i); err != nil || k.Low <= 0 || k.Volume == 0 {
				t.Fatalf("%s: bar %d is %+v", symbol, i, k)
			}
			if want := simOrigin + int64(i)*int64(core.Minute); k.OpenTime != want {
				t.Fatalf("%s: bar %d opens at %d, want %d", symbol, i, k.OpenTime, want)
			}
			if i > 0 && k.Open != c.Close[i-1] {
				t.Fatalf("%s: bar %d opens at %v, the one before closed at %v", symbol, i, k.Open, c.Close[i-1])
			}
			if k.Close > k.Open {
				up++
			}
			if k.High == k.Low {
				flat++
			}
			ranges += (k.High - k.Low) / k.Close
			volumes += k.Volume
		}
		n := float64(c.Len())
		t.Logf("%s: price %v to %v, up %.3f, flat %.3f, range %.5f, volume %.3f", symbol, c.Close[0], c.Close[c.Len()-1], float64(up)/n, float64(flat)/n, ranges/n, volumes/n)
		if share := float64(up) / n; share < 0.3 || share > 0.6 {
			t.Errorf("%s: %.3f of the bars rise", symbol, share)
		}
		if mean := ranges / n; mean < 1e-4 || mean > 5e-3 {
			t.Errorf("%s: bars span %.5f of the price", symbol, mean)
		}
		if lively(c) < 0.1 {
			t.Errorf("%s: ranges follow each other with a correlation of %.3f", symbol, lively(c))
		}
	}
}

// lively is the correlation of each bar's range with the next one's.
func lively(c core.Columns) float64 {
	n := c.Len() - 1
	mean := 0.0
	for i := range n + 1 {
		mean += c.High[i] - c.Low[i]
	}
	mean /= float64(n + 1)
	var with, own float64
	for i := range n {
		a, b := c.High[i]-c.Low[i]-mean, c.High[i+1]-c.Low[i+1]-mean
		with += a * b
		own += a * a
	}
	return with / own
}

func TestTheSimulatorGivesTheSameBitsEverywhere(t *testing.T) {
	// The bits of the day the simulator was written: stored bars rest on them.
	for _, tt := range []struct {
		seed     uint64
		symbol   string
		interval core.Interval
		want     uint64
	}{
		{1, "SIMUSDT", core.Minute, 0xba15054e346bbe59},
		{1, "SIMUSDT", 4 * core.Hour, 0xb116c628bddbab7e},
		{2, "SIMUSDT", core.Minute, 0x53e4b4e85980cefd},
		{1, "OTHER", core.Day, 0xcd3c87418677d76a},
	} {
		if got := bits(take(simTape{newSim(tt.seed, tt.symbol), tt.interval}, simOrigin-1, 100)); got != tt.want {
			t.Errorf("seed %d, %s at %s: bits %#016x, want %#016x", tt.seed, tt.symbol, tt.interval, got, tt.want)
		}
	}
}

func TestASimulatedBarIsFoundByItsOpenTimeAlone(t *testing.T) {
	for _, interval := range []core.Interval{core.Minute, 7 * core.Minute, core.Hour, core.Day, core.Week} {
		tape := simTape{newSim(1, "SIMUSDT"), interval}
		whole := take(tape, simOrigin, 40)
		for _, i := range []int{0, 1, 20, 38} {
			part := take(tape, whole.OpenTime[i], 39-i)
			if bits(part) != bits(whole.Slice(i+1, 40)) {
				t.Errorf("%s: the bars after bar %d differ from those of one run", interval, i)
			}
		}
		if whole.OpenTime[0]%int64(interval) != 0 {
			t.Errorf("%s: the first bar opens at %d", interval, whole.OpenTime[0])
		}
	}
}

func TestHigherSimulatedIntervalsAreTheMinutesPutTogether(t *testing.T) {
	s := newSim(1, "SIMUSDT")
	hours := take(simTape{s, core.Hour}, simOrigin-1, 30)
	minutes := take(simTape{s, core.Minute}, simOrigin-1, 30*60)
	for i := range hours.Len() {
		part := minutes.Slice(60*i, 60*i+60)
		want := core.Candle{OpenTime: part.OpenTime[0], Open: part.Open[0], High: part.High[0], Low: part.Low[0], Close: part.Close[59]}
		for m := range 60 {
			want.High, want.Low = max(want.High, part.High[m]), min(want.Low, part.Low[m])
			want.Volume += part.Volume[m]
		}
		if got := hours.At(i); got != want {
			t.Errorf("hour %d is %+v, want %+v", i, got, want)
		}
	}
}
