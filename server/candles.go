package server

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/core"
)

// CandleFields are the names of a candle's columns and the order of its row.
var CandleFields = [6]string{"open_time", "open", "high", "low", "close", "volume"}

// Candles are the candles of a request body, sent as columns
// ({"open_time":[…],"open":[…],…}) or as rows ([[open_time,o,h,l,c,v],…]). They
// remember which, so that a refusal points at the place the caller wrote.
type Candles struct {
	core.Columns
	at    string // pointer of the whole
	rows  bool
	first int          // place of the first bar in the whole
	bad   map[int]bool // bars with a value that is no number, noted already
}

// MakeRows returns room for rows that are scanned one by one; the first has
// place first in the whole.
func MakeRows(first, room int) Candles {
	return Candles{Columns: core.MakeColumns(room), rows: true, first: first}
}

// MakeCandles makes candles that were sent as the given columns; their pointers
// are below at.
func MakeCandles(at string, c core.Columns) Candles { return Candles{Columns: c, at: at} }

// ScanCandles reads the value of candles at the given pointer. What is wrong
// with it goes to issues; the columns are of one length in any case.
func ScanCandles(s *Scanner, pointer string, issues *Issues) Candles {
	var c Candles
	c.Scan(s, pointer, issues)
	return c
}

// Scan is ScanCandles into the memory c has.
func (c *Candles) Scan(s *Scanner, pointer string, issues *Issues) {
	old := c.Columns
	*c = Candles{at: pointer, Columns: core.Columns{
		OpenTime: old.OpenTime[:0], Open: old.Open[:0], High: old.High[:0], Low: old.Low[:0], Close: old.Close[:0], Volume: old.Volume[:0],
	}}
	switch s.Kind() {
	case '[':
		c.rows = true
		c.scanRows(s, issues)
	case '{':
		c.scanColumns(s, issues)
	default:
		issues.Shape(pointer, s.Raw(), "columns or rows of candles")
	}
}

// Pointer is the JSON pointer of a field of bar i, of the bar where field is
// empty, of the whole where i is negative.
func (c *Candles) Pointer(field string, i int) string {
	number := strconv.Itoa(c.first + i)
	switch place := slices.Index(CandleFields[:], field); {
	case i < 0:
		return c.at
	case c.rows && place >= 0:
		return c.at + "/" + number + "/" + strconv.Itoa(place)
	case c.rows || field == "":
		return c.at + "/" + number
	}
	return c.at + "/" + field + "/" + number
}

// Check notes every bar that breaks a rule of core. An interval of 0 asks for
// ascending open times only.
func (c *Candles) Check(interval core.Interval, issues *Issues) {
	note := func(err error) {
		var e *core.Error
		if errors.As(err, &e) {
			issues.Core(e, c.Pointer(e.Field, e.Index))
		}
	}
	for i := range c.Len() {
		if c.bad[i] {
			continue
		}
		bar := c.At(i)
		note(core.CheckPrices(bar, i))
		note(core.CheckVolume(bar.Volume, i))
		if i > 0 && !c.bad[i-1] {
			note(core.CheckOrder(c.OpenTime[i-1], bar.OpenTime, max(interval, 1), i))
		}
	}
}

// Refusal lists every bar that breaks a rule, where an engine refused the first
// of them with err.
func (c *Candles) Refusal(interval core.Interval, err error) error {
	var issues Issues
	c.Check(interval, &issues)
	if all := issues.Err(); all != nil {
		return all
	}
	return err
}

// Spoil notes that bar i has a value that is no number: its rules are not checked.
func (c *Candles) Spoil(i int) {
	if c.bad == nil {
		c.bad = map[int]bool{}
	}
	c.bad[i] = true
}

// scanColumns reads one array a field. Missing columns and differing lengths
// are noted, then the candles are empty.
func (c *Candles) scanColumns(s *Scanner, issues *Issues) {
	prices := [6]*[]float64{nil, &c.Open, &c.High, &c.Low, &c.Close, &c.Volume}
	var seen [6]bool
	ok := true
	for key := range s.Object(&ok) {
		place := slices.Index(CandleFields[:], key)
		if place < 0 {
			s.Skip()
			issues.Unknown(c.at+"/"+escapePointer(key), key, "one of open_time, open, high, low, close, volume")
			continue
		}
		seen[place] = true
		if place == 0 {
			c.OpenTime = c.scanTimes(s, issues)
			continue
		}
		column := slices.Grow((*prices[place])[:0], len(c.OpenTime))
		column, isArray := s.AppendFloats(column, func(i int, raw []byte) {
			issues.Shape(c.Pointer(key, i), raw, "a number")
			c.Spoil(i)
		})
		if !isArray && s.Err() == nil {
			issues.Shape(c.at+"/"+key, nil, "an array of numbers")
		}
		*prices[place] = column
	}
	whole := true
	for place, name := range CandleFields {
		if !seen[place] {
			issues.Add(CodeInvalid, Field{Pointer: c.at + "/" + name, Rule: "required", Bound: "an array as long as the others"})
			whole = false
		} else if place > 0 && seen[0] && len(*prices[place]) != len(c.OpenTime) {
			issues.Add(CodeInvalid, Field{Pointer: c.at + "/" + name, Value: len(*prices[place]), Rule: "length", Bound: strconv.Itoa(len(c.OpenTime)) + " values, as many as open_time"})
			whole = false
		}
	}
	if !whole {
		c.Columns = core.Columns{}
	}
}

func (c *Candles) scanTimes(s *Scanner, issues *Issues) []int64 {
	times, ok := slices.Grow(c.OpenTime[:0], s.guess(',', ']')), true
	for i := range s.Array(&ok) {
		times = append(times, c.scanTime(s, i, issues))
	}
	if !ok && s.Err() == nil {
		issues.Shape(c.at+"/open_time", nil, "an array of Unix milliseconds")
	}
	return times
}

func (c *Candles) scanTime(s *Scanner, i int, issues *Issues) int64 {
	from := *s
	t, ok := s.Int()
	if !ok && s.err == nil {
		issues.Shape(c.Pointer("open_time", i), from.Raw(), "a whole number of Unix milliseconds")
		c.Spoil(i)
	}
	return t
}

// scanRows reads one array a bar.
func (c *Candles) scanRows(s *Scanner, issues *Issues) {
	ok := true
	c.grow(s.guess('[', 0))
	for range s.Array(&ok) {
		c.ScanRow(s, issues)
	}
}

// grow makes room for n more bars.
func (c *Candles) grow(n int) {
	c.OpenTime = slices.Grow(c.OpenTime, n)
	for _, column := range [...]*[]float64{&c.Open, &c.High, &c.Low, &c.Close, &c.Volume} {
		*column = slices.Grow(*column, n)
	}
}

// ScanRow reads one row, [open_time,o,h,l,c,v], and adds it. What is wrong with
// it goes to issues.
func (c *Candles) ScanRow(s *Scanner, issues *Issues) {
	i := c.Len()
	c.Append(c.scanRow(s, i, issues))
}

func (c *Candles) scanRow(s *Scanner, i int, issues *Issues) core.Candle {
	if s.Kind() != '[' {
		issues.Shape(c.Pointer("", i), s.Raw(), "a row of open_time, open, high, low, close, volume")
		c.Spoil(i)
		return core.Candle{}
	}
	var bar core.Candle
	prices := [6]*float64{nil, &bar.Open, &bar.High, &bar.Low, &bar.Close, &bar.Volume}
	count, ok := 0, true
	for place := range s.Array(&ok) {
		count++
		switch {
		case place == 0:
			bar.OpenTime = c.scanTime(s, i, issues)
		case place >= len(prices):
			s.Skip()
		case s.Kind() == '0':
			*prices[place], _ = s.Float()
		default:
			issues.Shape(c.Pointer(CandleFields[place], i), s.Raw(), "a number")
			*prices[place] = math.NaN()
			c.Spoil(i)
		}
	}
	if count != len(prices) && s.Err() == nil {
		issues.Add(CodeInvalid, Field{Pointer: c.Pointer("", i), Value: count, Rule: "length", Bound: "6 values: open_time, open, high, low, close, volume"})
		c.Spoil(i)
	}
	return bar
}

// escapePointer writes a key as one step of a JSON pointer (RFC 6901).
func escapePointer(key string) string {
	b := bytes.ReplaceAll([]byte(key), []byte("~"), []byte("~0"))
	return string(bytes.ReplaceAll(b, []byte("/"), []byte("~1")))
}

// AppendCandles appends candles as columns.
func AppendCandles(b []byte, c core.Columns) []byte {
	b = AppendInts(append(b, `{"open_time":`...), c.OpenTime)
	for i, column := range [5][]float64{c.Open, c.High, c.Low, c.Close, c.Volume} {
		b = append(AppendText(append(b, ','), CandleFields[i+1]), ':')
		b = AppendFloats(b, column)
	}
	return append(b, '}')
}

// AppendCandle appends the fields of one candle, without the braces, so that
// they can stand among others.
func AppendCandle(b []byte, k core.Candle) []byte {
	b = strconv.AppendInt(append(b, `"open_time":`...), k.OpenTime, 10)
	for i, v := range [5]float64{k.Open, k.High, k.Low, k.Close, k.Volume} {
		b = append(AppendText(append(b, ','), CandleFields[i+1]), ':')
		b = AppendFloat(b, v)
	}
	return b
}
