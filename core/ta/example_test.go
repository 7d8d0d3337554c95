package ta_test

import (
	"fmt"

	"github.com/quantum-signals/quantum/core/ta"
)

// A block takes one value a bar and gives one reading a bar, absent (NaN) until
// it has warmed up.
func ExampleRSI() {
	rsi, err := ta.NewRSI(3, 50)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, close := range []float64{10, 11, 10.5, 12, 11} {
		fmt.Printf("%.2f ", rsi.Next(close))
	}
	_, err = ta.NewRSI(0, 50)
	fmt.Println(err)
	// Output:
	// NaN NaN NaN 83.33 55.56 period is 0, must be a whole number from 1 to 1000000
}

// Column goes over many values at once and leaves the state Next would.
func ExampleEMA_Column() {
	ema, err := ta.NewEMA(3)
	if err != nil {
		fmt.Println(err)
		return
	}
	readings := make([]float64, 5)
	ema.Column(readings, []float64{1, 2, 6, 5, 8})
	fmt.Println(readings, ema.Next(4))
	// Output:
	// [NaN NaN 3 4 6] 5
}
