package compute

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// candleBytes is the size of a candle in a body of columns.
const candleBytes = 6 * 8

// readColumns reads a body of columns. Times that are no whole milliseconds are
// noted; the rules of core are checked later.
func readColumns(body []byte, issues *server.Issues) (server.Candles, error) {
	if len(body)%candleBytes != 0 {
		return server.Candles{}, &server.Error{
			Code:   server.CodeMalformed,
			Detail: fmt.Sprintf("the body is %d bytes, must be a multiple of %d: six columns of float64", len(body), candleBytes),
		}
	}
	n := len(body) / candleBytes
	c := server.MakeCandles("/candles", core.Columns{
		OpenTime: make([]int64, n), Open: floats(body, 1, n), High: floats(body, 2, n), Low: floats(body, 3, n),
		Close: floats(body, 4, n), Volume: floats(body, 5, n),
	})
	for i, v := range floats(body, 0, n) {
		if v != math.Trunc(v) || math.Abs(v) > server.MaxExact {
			c.Spoil(i)
			issues.Add(server.CodeMalformed, server.Field{Pointer: c.Pointer("open_time", i), Value: v, Rule: "type", Bound: "a whole number of Unix milliseconds"})
			continue
		}
		c.OpenTime[i] = int64(v)
	}
	return c, nil
}

// floats reads column place of n values.
func floats(body []byte, place, n int) []float64 {
	column := make([]float64, n)
	body = body[8*place*n:]
	for i := range column {
		column[i] = math.Float64frombits(binary.LittleEndian.Uint64(body[8*i:]))
	}
	return column
}

// appendFloats appends a column of an answer.
func appendFloats(b []byte, column []float64) []byte {
	for _, v := range column {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// appendTimes appends a column of times.
func appendTimes(b []byte, column []int64) []byte {
	for _, v := range column {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v)))
	}
	return b
}

// parseBool reads a switch of a query string.
func parseBool(name, text string, issues *server.Issues) bool {
	v, err := strconv.ParseBool(text)
	if err != nil {
		issues.Add(server.CodeInvalid, server.Field{Pointer: name, Value: text, Rule: "type", Bound: "true or false"})
	}
	return v
}
