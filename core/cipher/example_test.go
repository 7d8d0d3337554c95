package cipher_test

import (
	"fmt"
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// swing is a market that goes up and down by turns, an hour a bar.
func swing(bars int) core.Columns {
	c := core.MakeColumns(bars)
	price, step := 100.0, 1.0
	for i := range bars {
		if i%20 == 19 {
			step = -step
		}
		open := price
		price += step
		c.Append(core.Candle{
			OpenTime: int64(i) * int64(core.Hour), Open: open,
			High: max(open, price) + 0.25, Low: min(open, price) - 0.25, Close: price, Volume: 10,
		})
	}
	return c
}

// Bars are committed as they close; each may bring events.
func ExampleEngine_Next() {
	engine, err := cipher.New(cipher.Default(cipher.Quantum), core.Hour)
	if err != nil {
		fmt.Println(err)
		return
	}
	bars := swing(70)
	var out cipher.Output
	var events []cipher.Event
	for i := range bars.Len() {
		if err := engine.Next(bars.At(i), &out); err != nil {
			fmt.Println(err)
			return
		}
		events = engine.AppendEvents(events)
	}
	for _, e := range events {
		if e.Flag == cipher.Buy || e.Flag == cipher.Sell {
			fmt.Printf("hour %d, %s (%v) at %v\n", e.OpenTime/int64(core.Hour), e.Kind(), e.Side, e.Price)
		}
	}
	fmt.Printf("wt1 %.2f, rsi %.2f\n", out.Values[cipher.WT1], out.Values[cipher.RSI])
	// Output:
	// hour 39, cipher.buy (bull) at 100
	// hour 59, cipher.sell (bear) at 118
	// wt1 -40.30, rsi 36.49
}

// A forming bar shows what it would give if it closed now, and leaves no trace.
func ExampleEngine_Peek() {
	engine, err := cipher.New(cipher.Default(cipher.Quantum), core.Hour)
	if err != nil {
		fmt.Println(err)
		return
	}
	bars := swing(60)
	var out cipher.Output
	for i := range bars.Len() {
		if err := engine.Next(bars.At(i), &out); err != nil {
			fmt.Println(err)
			return
		}
	}
	forming := core.Candle{OpenTime: 60 * int64(core.Hour), Open: 100, High: 100, Low: 100, Close: 100}
	for _, close := range []float64{100, 104} {
		forming.High, forming.Close = close, close
		if err := engine.Peek(forming, &out); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("if it closes at %v: rsi %.2f\n", close, out.Values[cipher.RSI])
	}
	fmt.Println(engine.Bars(), "bars committed")
	// Output:
	// if it closes at 100: rsi 32.10
	// if it closes at 104: rsi 36.86
	// 60 bars committed
}

// Columns left nil are not computed.
func ExampleCompute() {
	bars := swing(60)
	var out cipher.Columns
	out.Values[cipher.RSI] = make([]float64, bars.Len())
	out.Values[cipher.EMA1] = make([]float64, bars.Len())
	if err := cipher.Compute(cipher.Default(cipher.Quantum), core.Hour, bars, &out); err != nil {
		fmt.Println(err)
		return
	}
	rsi := out.Values[cipher.RSI]
	fmt.Println("absent at bar 13:", math.IsNaN(rsi[13]))
	fmt.Printf("rsi %.2f, ema1 %.2f\n", rsi[59], out.Values[cipher.EMA1][59])
	// Output:
	// absent at bar 13: true
	// rsi 76.56, ema1 117.33
}

// An engine goes on from its snapshot with the same bits, in any host.
func ExampleRestore() {
	engine, err := cipher.New(cipher.Default(cipher.Classic), core.Hour)
	if err != nil {
		fmt.Println(err)
		return
	}
	bars, out := swing(50), cipher.MakeColumns(50)
	if err := engine.NextColumns(bars, &out); err != nil {
		fmt.Println(err)
		return
	}
	snapshot, err := engine.AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	restored, err := cipher.Restore(snapshot)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(restored.Bars(), "bars of", restored.Interval(), "by preset", restored.Params().Preset)
	_, err = cipher.Restore(snapshot[:100])
	fmt.Println(err)
	// Output:
	// 50 bars of 1h by preset classic
	// snapshot is not of engine 1.0.0
}

// A refusal names the parameter, its value and the bound.
func ExampleParams_Set() {
	p := cipher.Default(cipher.Quantum)
	fmt.Println(p.Set("rsi_period", 21), p.RSIPeriod)
	fmt.Println(p.Set("rsi_period", 0))
	fmt.Println(p.Set("flag_minutes", 7))
	fmt.Println(p.Set("rsi_perod", 14))
	// Output:
	// <nil> 21
	// rsi_period is 0, must be a whole number from 1 to 1000
	// flag_minutes is 7, must be 0 or a divisor of 1440
	// rsi_perod is not a known name
}
