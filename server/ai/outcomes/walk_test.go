package outcomes

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// The long form: go test ./server/ai/outcomes -run Walks -walks 1000 -v.
var walks = flag.Int("walks", 80, "random walks in which no edge may be found")

// walk is a random walk of hourly bars with fat tails and changing volatility,
// each of twelve steps. Its future does not depend on its past.
func walk(seed uint64, bars int) core.Columns {
	rng := rand.New(rand.NewPCG(seed, 99))
	c := core.MakeColumns(bars)
	price, calm := 100.0, 0.0
	for i := range bars {
		calm = 0.97*calm + 0.15*rng.NormFloat64()
		k := core.Candle{OpenTime: int64(i) * int64(core.Hour), Open: price, High: price, Low: price}
		for range 12 {
			step := rng.NormFloat64()
			if rng.IntN(50) == 0 {
				step *= 4
			}
			price *= math.Exp(0.002 * math.Exp(calm) * step)
			k.High, k.Low = max(k.High, price), min(k.Low, price)
		}
		k.Close, k.Volume = price, math.Exp(rng.NormFloat64())
		c.Append(k)
	}
	return c
}

func tableOf(t *testing.T, c core.Columns) *Table {
	t.Helper()
	occurrences, err := Occurrences(DefaultSetup(cipher.Quantum), core.Hour, c)
	if err != nil {
		t.Fatal(err)
	}
	return compute(t, c, occurrences, Options{Resamples: -1})
}

// Where nothing can be foretold no edge is claimed: at a false discovery rate of
// 5 % at most 5 of 100 walks may show any, and chance decides which.
func TestWalksShowNoEdge(t *testing.T) {
	claimed, below, lines, edges := 0, 0, 0, 0
	for i := range *walks {
		table := tableOf(t, walk(uint64(i), 2000))
		if table.Edges > 0 {
			claimed++
		}
		edges += table.Edges
		lines += table.Compared
		for _, r := range table.Rows {
			if r.P <= 0.05 {
				below++
			}
		}
	}
	n := float64(*walks)
	t.Logf("%d walks of 2000 bars: %d (%.1f %%) show any edge, %d of %d lines; p is at most 0.05 in %.2f %% of lines",
		*walks, claimed, 100*float64(claimed)/n, edges, lines, 100*float64(below)/float64(lines))
	if allowed := 0.05*n + 3*math.Sqrt(0.05*0.95*n); float64(claimed) > allowed {
		t.Errorf("%d of %d walks show an edge, at most %.0f may", claimed, *walks, allowed)
	}
	if raw := float64(below) / float64(lines); raw < 0.01 || raw > 0.06 {
		t.Errorf("p is at most 0.05 in %.3f of lines, want 0.01 to 0.06: trades that cover much of the series lie nearer to its mean than the test supposes", raw)
	}
}

// Where there is an edge it is found, and only there.
func TestAPlantedEdgeIsFound(t *testing.T) {
	c := walk(11, 3000)
	var occurrences []Occurrence
	rng := rand.New(rand.NewPCG(1, 1))
	lift := 1.0
	for i := range c.Len() {
		if i%30 == 3 {
			occurrences = append(occurrences, Occurrence{"cipher.buy", core.Bull, i})
		}
		if i%30 == 5 { // between the entry and the exit of horizon 6
			lift *= 1.02
			c.High[i], c.Close[i] = c.High[i]*lift, c.Close[i]*lift
			c.Open[i], c.Low[i] = c.Open[i]*lift/1.02, c.Low[i]*lift/1.02
		} else {
			c.Open[i], c.High[i], c.Low[i], c.Close[i] = c.Open[i]*lift, c.High[i]*lift, c.Low[i]*lift, c.Close[i]*lift
		}
		if rng.IntN(20) == 0 {
			occurrences = append(occurrences, Occurrence{"cipher.green_x", core.Bull, i})
		}
	}
	table := compute(t, c, occurrences, Options{Horizons: []int{6}, Resamples: 200})
	if r := row(t, table, "cipher.buy", "bull", 6); !r.Edge || r.Mean.Low < 1 {
		t.Errorf("a gain of 2 %% after each buy is not found: %+v", r)
	}
	if r := row(t, table, "cipher.green_x", "bull", 6); r.Edge {
		t.Errorf("an edge is found in events strewn by chance: %+v", r)
	}
}
