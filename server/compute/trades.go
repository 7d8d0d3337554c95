package compute

import (
	"math"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// tradeFields are the columns of trades and the order of a row; side may be
// left out of both.
var tradeFields = [4]string{"time", "price", "size", "side"}

// scanTrades reads the value of trades: columns or rows, oldest first. side is
// the taker's: "buy", "sell", or null where it is not known.
func scanTrades(s *server.Scanner, issues *server.Issues) volume.Trades {
	var t volume.Trades
	switch s.Kind() {
	case '[':
		ok := true
		for i := range s.Array(&ok) {
			scanTradeRow(s, &t, i, issues)
		}
	case '{':
		scanTradeColumns(s, &t, issues)
	default:
		issues.Shape("/trades", s.Raw(), "columns or rows of trades")
	}
	return t
}

func scanTradeRow(s *server.Scanner, t *volume.Trades, i int, issues *server.Issues) {
	at := "/trades/" + strconv.Itoa(i)
	var price, size float64
	time, side := int64(0), core.None
	count, ok := 0, true
	for place := range s.Array(&ok) {
		count++
		pointer := at + "/" + strconv.Itoa(place)
		switch place {
		case 0:
			time = scanMillis(s, pointer, issues)
		case 1:
			price = scanNumber(s, pointer, issues)
		case 2:
			size = scanNumber(s, pointer, issues)
		case 3:
			side = scanSide(s, pointer, issues)
		default:
			s.Skip()
		}
	}
	if s.Err() == nil && (!ok || count != 3 && count != 4) {
		issues.Add(server.CodeInvalid, server.Field{Pointer: at, Value: count, Rule: "length", Bound: "a row of time, price, size and perhaps side"})
	}
	t.Time, t.Price = append(t.Time, time), append(t.Price, price)
	t.Size, t.Side = append(t.Size, size), append(t.Side, side)
}

func scanTradeColumns(s *server.Scanner, t *volume.Trades, issues *server.Issues) {
	var lengths [4]int
	var seen [4]bool
	ok := true
	for key := range s.Object(&ok) {
		place := slices.Index(tradeFields[:], key)
		pointer := "/trades/" + key
		if place < 0 {
			s.Skip()
			issues.Unknown(pointer, key, "one of time, price, size, side")
			continue
		}
		seen[place] = true
		isArray := true
		switch place {
		case 0:
			t.Time = t.Time[:0]
			for i := range s.Array(&isArray) {
				t.Time = append(t.Time, scanMillis(s, pointer+"/"+strconv.Itoa(i), issues))
			}
			lengths[0] = len(t.Time)
		case 3:
			t.Side = t.Side[:0]
			for i := range s.Array(&isArray) {
				t.Side = append(t.Side, scanSide(s, pointer+"/"+strconv.Itoa(i), issues))
			}
			lengths[3] = len(t.Side)
		default:
			column := map[int]*[]float64{1: &t.Price, 2: &t.Size}[place]
			*column, isArray = s.AppendFloats((*column)[:0], func(i int, raw []byte) {
				issues.Shape(pointer+"/"+strconv.Itoa(i), raw, "a number")
			})
			lengths[place] = len(*column)
		}
		if !isArray && s.Err() == nil {
			issues.Shape(pointer, nil, "an array")
		}
	}
	if s.Err() != nil {
		return
	}
	for place, name := range tradeFields {
		switch {
		case !seen[place] && name != "side":
			issues.Add(server.CodeInvalid, server.Field{Pointer: "/trades/" + name, Rule: "required", Bound: "an array as long as the others"})
		case seen[place] && lengths[place] != lengths[0]:
			issues.Add(server.CodeInvalid, server.Field{Pointer: "/trades/" + name, Value: lengths[place], Rule: "length", Bound: strconv.Itoa(lengths[0]) + " values, as many as time"})
		}
	}
	if !seen[3] {
		t.Side = nil
	}
}

func scanMillis(s *server.Scanner, pointer string, issues *server.Issues) int64 {
	t, ok := s.Int()
	if !ok && s.Err() == nil {
		issues.Shape(pointer, nil, "a whole number of Unix milliseconds")
	}
	return t
}

func scanNumber(s *server.Scanner, pointer string, issues *server.Issues) float64 {
	if s.Kind() != '0' {
		issues.Shape(pointer, s.Raw(), "a number")
		return math.NaN()
	}
	v, _ := s.Float()
	return v
}

func scanSide(s *server.Scanner, pointer string, issues *server.Issues) core.Side {
	const bound = "buy, sell or null"
	switch s.Kind() {
	case 'n':
		s.Skip()
		return core.None
	case '"':
		switch text, _ := s.Text(); text {
		case "buy":
			return core.Bull
		case "sell":
			return core.Bear
		default:
			issues.Add(server.CodeInvalid, server.Field{Pointer: pointer, Value: text, Rule: "one_of", Bound: bound})
		}
	default:
		issues.Shape(pointer, s.Raw(), bound)
	}
	return core.None
}

// tradesBetween is those of trades in [from, to).
func tradesBetween(t volume.Trades, from, to int64) volume.Trades {
	a, _ := slices.BinarySearch(t.Time, from)
	b, _ := slices.BinarySearch(t.Time, to)
	b = max(a, b)
	cut := volume.Trades{Time: t.Time[a:b], Price: t.Price[a:b], Size: t.Size[a:b]}
	if t.Side != nil {
		cut.Side = t.Side[a:b]
	}
	return cut
}
