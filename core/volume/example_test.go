package volume_test

import (
	"fmt"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

func ExampleCompute() {
	var bars core.Columns
	bars.Append(core.Candle{OpenTime: 0, Open: 100, High: 104, Low: 100, Close: 103, Volume: 40})
	bars.Append(core.Candle{OpenTime: 60_000, Open: 103, High: 103, Low: 101, Close: 101, Volume: 30})
	bars.Append(core.Candle{OpenTime: 120_000, Open: 101, High: 102, Low: 101, Close: 102, Volume: 50})

	p := volume.Default()
	p.Rows, p.RowSize = 0, 1
	profile, err := volume.Compute(p, bars)
	if err != nil {
		panic(err)
	}
	for i := profile.Len() - 1; i >= 0; i-- {
		fmt.Printf("%v to %v: %v up, %v down\n", profile.Edges[i], profile.Edges[i+1], profile.Up[i], profile.Down[i])
	}
	fmt.Printf("poc %v, value area %v to %v holds %v of %v\n",
		profile.POC, profile.VAL, profile.VAH, profile.Enclosed, profile.Total)
	// Output:
	// 103 to 104: 10 up, 0 down
	// 102 to 103: 10 up, 15 down
	// 101 to 102: 60 up, 15 down
	// 100 to 101: 10 up, 0 down
	// poc 101.5, value area 101 to 104 holds 110 of 120
}

func ExampleFromTrades() {
	p := volume.Default()
	p.Rows, p.RowSize = 0, 0.5
	profile, err := volume.FromTrades(p, volume.Trades{
		Time:  []int64{1, 1, 2},
		Price: []float64{10.1, 10.7, 10.2},
		Size:  []float64{3, 1, 2},
		Side:  []core.Side{core.Bull, core.Bear, core.Bear},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(profile.Source, profile.Up, profile.Down, profile.POC)
	// Output: trades [3 0] [2 1] 10.25
}

// A session engine follows the market bar by bar and says what happens at the
// levels of the session before.
func ExampleEngine() {
	p := volume.Default()
	p.Rows, p.RowSize, p.VolumeUnit = 0, 1, 0.25
	engine, err := volume.New(p, core.Hour, volume.Daily())
	if err != nil {
		panic(err)
	}
	for hour := range 26 {
		price := 100 + float64(hour%3)
		if hour == 25 {
			price = 104
		}
		bar := core.Candle{
			OpenTime: int64(hour) * int64(core.Hour),
			Open:     price, High: price + 0.5, Low: price, Close: price + 0.5, Volume: float64(8 + hour),
		}
		if err := engine.Next(bar, nil); err != nil {
			panic(err)
		}
		for _, e := range engine.AppendEvents(nil) {
			if hour >= 24 {
				fmt.Println("hour", hour, e.Kind(), e.Side, e.Levels[0].Price)
			}
		}
	}
	day, _ := engine.Previous()
	fmt.Println("yesterday:", day.Levels.VAL, day.Levels.POC, day.Levels.VAH, day.Shape)
	fmt.Println("now:", engine.Levels().POC, engine.Levels().Total)
	// Output:
	// hour 25 volume.poc_shift bull 100.5
	// hour 25 volume.vah_break bull 103
	// yesterday: 100 102.5 103 thin
	// now: 104.5 65
}

// Peek shows what a bar still forming would give; Levels stay those of the
// closed ones.
func ExampleEngine_Peek() {
	engine, err := volume.New(volume.Default(), core.Minute, volume.Rolling(3))
	if err != nil {
		panic(err)
	}
	closed := core.Candle{OpenTime: 0, Open: 10, High: 12, Low: 10, Close: 12, Volume: 5}
	if err := engine.Next(closed, nil); err != nil {
		panic(err)
	}
	forming := core.Candle{OpenTime: 60_000, Open: 12, High: 13, Low: 12, Close: 13, Volume: 1}
	var levels volume.Levels
	if err := engine.Peek(forming, &levels); err != nil {
		panic(err)
	}
	fmt.Println(levels.Total, engine.Levels().Total)
	// Output: 6 5
}
