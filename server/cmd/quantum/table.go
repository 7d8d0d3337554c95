package main

import (
	"bufio"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/core/cipher"
)

// tableReadings are the readings a table shows unless others are named: a
// terminal has no room for all.
var tableReadings = []cipher.Reading{cipher.WT1, cipher.WT2, cipher.MF, cipher.RSI, cipher.StochK, cipher.STC}

// writeTable writes a bar a line for a person: times in UTC, readings rounded.
// Columns asked for by name are given as they are, else the readings of
// tableReadings and the events of the bar.
func (r *result) writeTable(w *bufio.Writer) error {
	columns := r.columns
	if !r.named {
		columns = nil
		for _, reading := range tableReadings {
			columns = append(columns, int(reading)) // the first columns are the readings in order
		}
	}
	width := 10
	for _, column := range columns {
		width = max(width, len(cipher.ColumnName(column)))
	}
	line := fmt.Sprintf("%-*s", timeWidth, "bar opens (UTC)")
	for _, column := range columns {
		line += fmt.Sprintf(" %*s", width, cipher.ColumnName(column))
	}
	if !r.named {
		line += "  events"
	}
	fmt.Fprintln(w, line) // the first error stays with w
	for i, open := range r.candles.OpenTime {
		line := fmt.Sprintf("%-*s", timeWidth, utc(open))
		for _, column := range columns {
			line += fmt.Sprintf(" %*s", width, r.cell(column, i))
		}
		if !r.named {
			line = strings.TrimRight(line+"  "+eventNames(r.out.Flags[i]), " ")
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// cell is one output as a person reads it.
func (r *result) cell(column, i int) string {
	reading, flag, isFlag := cipher.Column(column)
	switch {
	case !isFlag:
		return rounded(r.out.Values[reading][i])
	case r.out.Flags[i].Has(flag):
		return "x"
	}
	return "."
}

// eventNames are the events of a bar.
func eventNames(flags cipher.Flags) string {
	var names []string
	for f := range cipher.Flag(cipher.NumFlags) {
		if f.IsEvent() && flags.Has(f) {
			names = append(names, f.String())
		}
	}
	return strings.Join(names, " ")
}

const timeWidth = len(time.DateTime)

func utc(open int64) string { return time.UnixMilli(open).UTC().Format(time.DateTime) }

// rounded writes a number with what a person needs of it: four decimals, or
// six digits where it is small or large.
func rounded(v float64) string {
	magnitude := math.Abs(v)
	switch {
	case v != v:
		return "-"
	case magnitude != 0 && (magnitude < 1e-2 || magnitude >= 1e7):
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}
