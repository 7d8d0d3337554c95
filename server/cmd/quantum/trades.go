package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// readTrades reads trades as CSV: a header naming time (Unix milliseconds),
// price, size and, where it is known, side, the taker's.
func readTrades(name string, s streams) (volume.Trades, error) {
	in, err := openFile(name, s)
	if err != nil {
		return volume.Trades{}, err
	}
	t, err := parseTrades(in)
	if err := errors.Join(err, in.Close()); err != nil {
		return t, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func parseTrades(in io.Reader) (t volume.Trades, err error) {
	lines := csv.NewReader(in)
	lines.ReuseRecord = true
	header, err := lines.Read()
	if err != nil {
		return t, fmt.Errorf("the header time,price,size,side: %w", err)
	}
	var place [4]int
	for i, column := range []string{"time", "price", "size", "side"} {
		place[i] = slices.Index(header, column)
		if place[i] < 0 && column != "side" {
			return t, fmt.Errorf("column %s is missing; the header is %v", column, header)
		}
	}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		if err := addTrade(&t, record, place); err != nil {
			line, _ := lines.FieldPos(0)
			return t, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func addTrade(t *volume.Trades, record []string, place [4]int) error {
	at, err := strconv.ParseInt(record[place[0]], 10, 64)
	if err != nil {
		return fmt.Errorf("time is %q, must be Unix milliseconds", record[place[0]])
	}
	price, err := strconv.ParseFloat(record[place[1]], 64)
	if err != nil {
		return fmt.Errorf("price is %q, must be a number", record[place[1]])
	}
	size, err := strconv.ParseFloat(record[place[2]], 64)
	if err != nil {
		return fmt.Errorf("size is %q, must be a number", record[place[2]])
	}
	side := core.None
	if place[3] >= 0 {
		switch record[place[3]] {
		case "buy":
			side = core.Bull
		case "sell":
			side = core.Bear
		case "":
		default:
			return fmt.Errorf("side is %q, must be buy, sell or empty", record[place[3]])
		}
	}
	t.Time, t.Price = append(t.Time, at), append(t.Price, price)
	t.Size, t.Side = append(t.Size, size), append(t.Side, side)
	return nil
}
