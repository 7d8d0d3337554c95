package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// priceColumns are the columns of a bar's fields, and from which width of the
// terminal on they are there: a line that wraps cannot be rewritten. The close
// and the readings fit 80.
var priceColumns = [...]struct {
	name string
	from int
	of   func(core.Candle) float64
}{
	{"open", 125, func(c core.Candle) float64 { return c.Open }},
	{"high", 113, func(c core.Candle) float64 { return c.High }},
	{"low", 113, func(c core.Candle) float64 { return c.Low }},
	{"close", 0, func(c core.Candle) float64 { return c.Close }},
	{"volume", 90, func(c core.Candle) float64 { return c.Volume }},
}

// tableHead names the columns that fit.
func tableHead(width int) string {
	text := fmt.Sprintf("%-16s", "bar")
	for _, c := range priceColumns {
		if width >= c.from {
			text += fmt.Sprintf(" %11s", c.name)
		}
	}
	for _, r := range shown {
		text += fmt.Sprintf(" %7s", r)
	}
	return cut(text, width)
}

// tableRow is a bar in those columns.
func tableRow(bar core.Candle, reading func(cipher.Reading) float64, width int) string {
	text := fmt.Sprintf("%-16s", minuteOf(bar.OpenTime))
	for _, c := range priceColumns {
		if width >= c.from {
			text += fmt.Sprintf(" %11s", strconv.FormatFloat(c.of(bar), 'f', -1, 64))
		}
	}
	for _, r := range shown {
		if v := reading(r); math.IsNaN(v) {
			text += fmt.Sprintf(" %7s", "-")
		} else {
			text += fmt.Sprintf(" %7.2f", v)
		}
	}
	return cut(text, width)
}

// cut keeps a line from reaching the edge, where some terminals wrap.
func cut(text string, width int) string { return text[:min(len(text), max(width-1, 0))] }

// minuteOf is a bar's open time for a person, in UTC.
func minuteOf(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04") }
