package feed

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/quantum-signals/quantum/core"
)

// CSVOptions say how ReadCSV takes what it finds.
type CSVOptions struct {
	// Interval is the length of a bar: one opening before its predecessor has
	// closed is invalid. Zero asks for ascending open times only.
	Interval core.Interval
	// Skip is told of each invalid bar, which is then left out. Where it is nil
	// the first invalid bar ends the reading.
	Skip func(error)
}

// OpenCSV opens a file of candles, or standard input where path is "-".
// Compression is told by the first bytes: gzip, zstd, or none.
func OpenCSV(path string) (io.ReadCloser, error) {
	if path == "-" {
		return Decompress(io.NopCloser(os.Stdin))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return Decompress(f)
}

// Decompress reads through gzip or zstd where the first bytes say so. Closing
// the result closes r.
func Decompress(r io.ReadCloser) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	magic, _ := buffered.Peek(4) // a shorter file is neither
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			r.Close()
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return compressed{z, r}, nil
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1))
		if err != nil {
			r.Close()
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return compressed{z.IOReadCloser(), r}, nil
	}
	return compressed{io.NopCloser(buffered), r}, nil
}

// compressed closes what it reads from as well.
type compressed struct {
	io.ReadCloser
	source io.Closer
}

func (c compressed) Close() error {
	err := c.ReadCloser.Close()
	if e := c.source.Close(); err == nil {
		err = e
	}
	return err
}

// ReadCSV reads candles, oldest first: a header naming the columns time or
// open_time (Unix milliseconds), open, high, low, close and volume, in any order
// and among others, then a bar a line. Errors name the line and are *core.Error
// of the bar: its index among the bars, its field, value and bound.
func ReadCSV(r io.Reader, o CSVOptions) (core.Columns, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	if !lines.Scan() {
		if err := lines.Err(); err != nil {
			return core.Columns{}, fmt.Errorf("line 1: %w", err)
		}
		return core.Columns{}, &core.Error{Code: core.NoBars, Field: "candles", Index: -1, Text: "are missing: the input is empty"}
	}
	head, err := readHeader(lines.Text())
	if err != nil {
		return core.Columns{}, fmt.Errorf("line 1: %w", err)
	}
	candles := core.MakeColumns(1024)
	for line := 2; lines.Scan(); line++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		bar, err := head.bar(lines.Text(), candles.Len())
		if err == nil {
			err = check(&candles, bar, o.Interval)
		}
		switch {
		case err == nil:
			candles.Append(bar)
		case o.Skip == nil:
			return core.Columns{}, fmt.Errorf("line %d: %w", line, err)
		default:
			o.Skip(fmt.Errorf("line %d: %w", line, err))
		}
	}
	if err := lines.Err(); err != nil {
		return core.Columns{}, fmt.Errorf("after bar %d: %w", candles.Len()-1, err)
	}
	return candles, nil
}

// check holds a bar to the rules of core, behind the bars so far.
func check(so *core.Columns, bar core.Candle, interval core.Interval) error {
	index := so.Len()
	if err := core.CheckPrices(bar, index); err != nil {
		return err
	}
	if err := core.CheckVolume(bar.Volume, index); err != nil {
		return err
	}
	if index == 0 {
		return nil
	}
	return core.CheckOrder(so.OpenTime[index-1], bar.OpenTime, max(interval, 1), index)
}

var columnNames = [6]string{"open_time", "open", "high", "low", "close", "volume"}

// header is the place of each candle field in a line.
type header [6]int

func readHeader(line string) (header, error) {
	names := strings.Split(strings.TrimPrefix(line, "\ufeff"), ",")
	for i, n := range names {
		names[i] = strings.ToLower(unquote(n))
	}
	var h header
	for i, want := range columnNames {
		h[i] = slices.Index(names, want)
		if h[i] < 0 && i == 0 {
			h[i] = slices.Index(names, "time")
		}
		if h[i] < 0 {
			return h, &core.Error{Code: core.InvalidBar, Field: want, Index: -1, Text: "is not among the columns, which are " + strings.Join(names, ", ")}
		}
	}
	return h, nil
}

func (h header) bar(line string, index int) (core.Candle, error) {
	cells := strings.Split(line, ",")
	var k core.Candle
	for i, name := range columnNames {
		refuse := func(text string) error {
			return &core.Error{Code: core.InvalidBar, Field: name, Index: index, Value: core.Absent(), Text: text}
		}
		if h[i] >= len(cells) {
			return k, refuse("is missing")
		}
		cell := unquote(cells[h[i]])
		if i == 0 {
			open, err := strconv.ParseInt(cell, 10, 64)
			if err != nil {
				return k, refuse("is " + strconv.Quote(cell) + ", must be whole Unix milliseconds")
			}
			k.OpenTime = open
			continue
		}
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsNaN(v) {
			return k, refuse("is " + strconv.Quote(cell) + ", must be a number")
		}
		*[]*float64{&k.Open, &k.High, &k.Low, &k.Close, &k.Volume}[i-1] = v
	}
	return k, nil
}

func unquote(cell string) string { return strings.Trim(strings.TrimSpace(cell), `"`) }

// IntervalOf is the most common step between bars, the shortest of equals; zero
// for fewer than two bars.
func IntervalOf(c core.Columns) core.Interval {
	counts := map[int64]int{}
	best := int64(0)
	for i := 1; i < c.Len(); i++ {
		step := c.OpenTime[i] - c.OpenTime[i-1]
		counts[step]++
		if n, most := counts[step], counts[best]; n > most || n == most && step < best {
			best = step
		}
	}
	return core.Interval(best)
}
