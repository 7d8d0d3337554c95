package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// priceColumn is a column of a bar's field.
type priceColumn struct {
	name string
	from int // the width of the terminal from which on it is there
	of   func(core.Candle) float64
}

var priceColumns = []priceColumn{
	{"open", 125, func(c core.Candle) float64 { return c.Open }},
	{"high", 113, func(c core.Candle) float64 { return c.High }},
	{"low", 113, func(c core.Candle) float64 { return c.Low }},
	{"close", 0, func(c core.Candle) float64 { return c.Close }},
	{"volume", 90, func(c core.Candle) float64 { return c.Volume }},
}

// Characters of a column.
const (
	timeWide    = 16
	priceWide   = 11
	readingWide = 7
)

// columns are those that fit a terminal whole: a line that wraps cannot be
// rewritten, and half a number is a wrong one. The close and the readings fit 80;
// where it is narrower the last readings stay away.
func columns(width int) (prices []priceColumn, readings []cipher.Reading) {
	left := width - 1 - timeWide // some terminals wrap at the edge itself
	for _, c := range priceColumns {
		if width >= c.from {
			prices = append(prices, c)
			left -= 1 + priceWide
		}
	}
	return prices, shown[:max(0, min(left/(1+readingWide), len(shown)))]
}

// tableHead names the columns that fit.
func tableHead(width int) string {
	prices, readings := columns(width)
	text := fmt.Sprintf("%-*s", timeWide, "bar")
	for _, c := range prices {
		text += fmt.Sprintf(" %*s", priceWide, c.name)
	}
	for _, r := range readings {
		text += fmt.Sprintf(" %*s", readingWide, r)
	}
	return cut(text, width)
}

// tableRow is a bar in those columns.
func tableRow(bar core.Candle, reading func(cipher.Reading) float64, width int) string {
	prices, readings := columns(width)
	text := fmt.Sprintf("%-*s", timeWide, minuteOf(bar.OpenTime))
	for _, c := range prices {
		text += fmt.Sprintf(" %*s", priceWide, strconv.FormatFloat(c.of(bar), 'f', -1, 64))
	}
	for _, r := range readings {
		if v := reading(r); math.IsNaN(v) {
			text += fmt.Sprintf(" %*s", readingWide, "-")
		} else {
			text += fmt.Sprintf(" %*.2f", readingWide, v)
		}
	}
	return cut(text, width)
}

// cut keeps a line from reaching the edge.
func cut(text string, width int) string { return text[:min(len(text), max(width-1, 0))] }

// minuteOf is a bar's open time for a person, in UTC.
func minuteOf(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04") }
