package compute

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
)

// CipherAnswer is Quantum Cipher over a series, as it is answered.
type CipherAnswer struct {
	WasmSHA256 string
	Series     *server.Series // a watched one; nil of a request's own candles
	Interval   core.Interval
	Params     cipher.Params
	OpenTime   []int64
	Columns    []int // output columns to give, as cipher.Column numbers them
	Out        *cipher.Columns
	Events     []cipher.Event // nil leaves them out
	Forming    *CipherForming // of the bar after the last; nil leaves it out
}

// CipherForming is a forming bar and what it would give if it closed as it is.
type CipherForming struct {
	Candle core.Candle
	Values [cipher.NumReadings]float64
	Flags  cipher.Flags
}

// AppendJSON appends the answer as one object.
func (a *CipherAnswer) AppendJSON(b []byte) []byte { return a.appendJSON(b, whole) }

func (a *CipherAnswer) appendJSON(b []byte, flush func([]byte) []byte) []byte {
	b = append(b, '{')
	if a.Series != nil {
		b = server.AppendText(append(b, `"market":`...), a.Series.Market.String())
		b = append(b, ',')
	}
	b = appendEngine(b, a.WasmSHA256)
	b = server.AppendText(append(b, `,"interval":`...), a.Interval.String())
	vector := a.Params.Vector()
	b = cipherParams.append(append(b, `,"params":`...), vector[:])
	b = strconv.AppendInt(append(b, `,"warmup":`...), int64(a.Params.WarmUp()), 10)
	b = server.AppendInts(append(b, `,"columns":{"open_time":`...), a.OpenTime)
	for _, i := range a.Columns {
		b = flush(appendColumn(append(b, ','), i, a.Out))
	}
	b = append(b, '}')
	if a.Events != nil {
		b = append(b, `,"events":[`...)
		for i := range a.Events {
			if i > 0 {
				b = append(b, ',')
			}
			b = flush(AppendEvent(b, &a.Events[i]))
		}
		b = append(b, ']')
	}
	if f := a.Forming; f != nil {
		b = server.AppendCandle(append(b, `,"forming":{`...), f.Candle)
		b = append(b, `,"readings":{`...)
		for i, column := range a.Columns {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(server.AppendText(b, cipher.ColumnName(column)), ':')
			b = appendCell(b, column, &f.Values, f.Flags)
		}
		b = append(b, `}}`...)
	}
	return append(b, '}')
}

// appendColumn appends one output column under its name.
func appendColumn(b []byte, i int, out *cipher.Columns) []byte {
	b = append(server.AppendText(b, cipher.ColumnName(i)), ':')
	reading, flag, isFlag := cipher.Column(i)
	if !isFlag {
		return server.AppendFloats(b, out.Values[reading])
	}
	b = append(b, '[')
	for i, flags := range out.Flags {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '0'+byte(flags>>flag&1))
	}
	return append(b, ']')
}

// appendCell appends one output of one bar.
func appendCell(b []byte, column int, values *[cipher.NumReadings]float64, flags cipher.Flags) []byte {
	reading, flag, isFlag := cipher.Column(column)
	if isFlag {
		return append(b, '0'+byte(flags>>flag&1))
	}
	return server.AppendFloat(b, values[reading])
}

// appendLines appends a bar a line; a bar with events has them in "events".
func (a *CipherAnswer) appendLines(b []byte, flush func([]byte) []byte) []byte {
	labels := make([][]byte, len(a.Columns)) // ,"wt1":
	for i, column := range a.Columns {
		labels[i] = append(server.AppendText([]byte{','}, cipher.ColumnName(column)), ':')
	}
	next := 0
	for i, open := range a.OpenTime {
		b = strconv.AppendInt(append(b, `{"open_time":`...), open, 10)
		for c, column := range a.Columns {
			b = append(b, labels[c]...)
			reading, flag, isFlag := cipher.Column(column)
			if isFlag {
				b = append(b, '0'+byte(a.Out.Flags[i]>>flag&1))
			} else {
				b = server.AppendFloat(b, a.Out.Values[reading][i])
			}
		}
		for first := true; next < len(a.Events) && a.Events[next].OpenTime == open; next++ {
			if first {
				b = append(b, `,"events":[`...)
			} else {
				b = append(b, ',')
			}
			b = AppendEvent(b, &a.Events[next])
			if first = false; next+1 == len(a.Events) || a.Events[next+1].OpenTime != open {
				b = append(b, ']')
			}
		}
		b = flush(append(b, '}', '\n'))
	}
	if f := a.Forming; f != nil {
		b = strconv.AppendInt(append(b, `{"open_time":`...), f.Candle.OpenTime, 10)
		for c, column := range a.Columns {
			b = appendCell(append(b, labels[c]...), column, &f.Values, f.Flags)
		}
		b = append(b, `,"forming":true}`+"\n"...)
	}
	return b
}

// names are open_time and the outputs; a forming bar is in no column.
func (a *CipherAnswer) names() []string {
	names := []string{server.CandleFields[0]}
	for _, column := range a.Columns {
		names = append(names, cipher.ColumnName(column))
	}
	return names
}

func (a *CipherAnswer) rows() int { return len(a.OpenTime) }

func (a *CipherAnswer) appendColumns(b []byte, flush func([]byte) []byte) []byte {
	b = appendTimes(b, a.OpenTime)
	for _, column := range a.Columns {
		reading, flag, isFlag := cipher.Column(column)
		if !isFlag {
			b = flush(appendFloats(b, a.Out.Values[reading]))
			continue
		}
		for _, flags := range a.Out.Flags {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(flags>>flag&1)))
		}
		b = flush(b)
	}
	return b
}

// AppendEvent appends an event that belongs to no market.
func AppendEvent(b []byte, e *cipher.Event) []byte {
	b = server.AppendText(append(b, `{"kind":`...), e.Kind())
	b = server.AppendText(append(b, `,"side":`...), e.Side.String())
	b = strconv.AppendInt(append(b, `,"open_time":`...), e.OpenTime, 10)
	b = strconv.AppendInt(append(b, `,"known_at":`...), e.KnownAt, 10)
	b = server.AppendFloat(append(b, `,"price":`...), e.Price)
	if e.HasPivots {
		b = server.AppendPivots(append(b, `,"data":`...), e.Pivots)
	}
	return append(b, '}')
}

// appendEngine appends who computed the answer.
func appendEngine(b []byte, wasmSHA256 string) []byte {
	b = server.AppendText(append(b, `"engine":{"version":`...), core.EngineVersion)
	b = server.AppendText(append(b, `,"wasm_sha256":`...), wasmSHA256)
	return append(b, '}')
}
