// Package accuracy holds volume profiles made of bars against those made of
// the trades the bars were made of.
package accuracy

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// header is the first line of a file of trades.
var header = []string{"time", "price", "size", "side"}

// sides are the values of the side column.
var sides = map[string]core.Side{"buy": core.Bull, "sell": core.Bear, "": core.None}

// ReadFile reads a file of trades, gzipped where its name ends in .gz.
func ReadFile(name string) (volume.Trades, error) {
	f, err := os.Open(name)
	if err != nil {
		return volume.Trades{}, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return volume.Trades{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	trades, err := Read(r)
	if err != nil {
		return volume.Trades{}, fmt.Errorf("%s: %w", name, err)
	}
	return trades, nil
}

// Read reads trades as CSV: time in Unix milliseconds, price, size, and side,
// which is buy, sell or, where nobody knows, empty.
func Read(r io.Reader) (volume.Trades, error) {
	var t volume.Trades
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = len(header)
	lines.ReuseRecord = true
	first, err := lines.Read()
	if err != nil {
		return t, err
	}
	if got := strings.Join(first, ","); got != strings.Join(header, ",") {
		return t, fmt.Errorf("line 1: columns are %q, want %q", got, strings.Join(header, ","))
	}
	for {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		if err := add(&t, fields); err != nil {
			line, _ := lines.FieldPos(0)
			return t, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// add appends the trade of one line.
func add(t *volume.Trades, fields []string) error {
	time, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return fmt.Errorf("time: %w", err)
	}
	price, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return fmt.Errorf("price: %w", err)
	}
	size, err := strconv.ParseFloat(fields[2], 64)
	if err != nil {
		return fmt.Errorf("size: %w", err)
	}
	side, known := sides[fields[3]]
	if !known {
		return fmt.Errorf("side: %q is not buy, sell or empty", fields[3])
	}
	t.Time = append(t.Time, time)
	t.Price = append(t.Price, price)
	t.Size = append(t.Size, size)
	t.Side = append(t.Side, side)
	return nil
}

// Days cuts trades at midnight UTC.
func Days(t volume.Trades) []volume.Trades {
	var days []volume.Trades
	from := 0
	for i := range t.Time {
		last := i+1 == t.Len()
		if last || t.Time[i+1]/int64(core.Day) != t.Time[i]/int64(core.Day) {
			days = append(days, part(t, from, i+1))
			from = i + 1
		}
	}
	return days
}

// part is trades from up to to, to excluded.
func part(t volume.Trades, from, to int) volume.Trades {
	return volume.Trades{Time: t.Time[from:to], Price: t.Price[from:to], Size: t.Size[from:to], Side: t.Side[from:to]}
}
