package main

import (
	"bufio"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

var (
	arrowTime   = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
	arrowFloat  = arrow.PrimitiveTypes.Float64
	arrowText   = arrow.BinaryTypes.String
	arrowSwitch = arrow.FixedWidthTypes.Boolean
)

// arrowTable is an Arrow IPC stream of one batch, filled column by column.
type arrowTable struct {
	fields  []arrow.Field
	columns []arrow.Array
}

func (t *arrowTable) add(name string, kind arrow.DataType, b array.Builder) {
	t.fields = append(t.fields, arrow.Field{Name: name, Type: kind, Nullable: true})
	t.columns = append(t.columns, b.NewArray())
}

// times adds a column of Unix milliseconds; 0 is absent.
func (t *arrowTable) times(name string, n int, at func(i int) int64) {
	b := array.NewTimestampBuilder(memory.DefaultAllocator, arrowTime)
	b.Reserve(n)
	for i := range n {
		if v := at(i); v != 0 {
			b.UnsafeAppend(arrow.Timestamp(v))
		} else {
			b.UnsafeAppendBoolToBitmap(false)
		}
	}
	t.add(name, arrowTime, b)
}

// floats adds a column of numbers, those absent null.
func (t *arrowTable) floats(name string, n int, at func(i int) float64) {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.Reserve(n)
	for i := range n {
		if v := at(i); v == v {
			b.UnsafeAppend(v)
		} else {
			b.UnsafeAppendBoolToBitmap(false)
		}
	}
	t.add(name, arrowFloat, b)
}

func (t *arrowTable) switches(name string, n int, at func(i int) bool) {
	b := array.NewBooleanBuilder(memory.DefaultAllocator)
	b.Reserve(n)
	for i := range n {
		b.UnsafeAppend(at(i))
	}
	t.add(name, arrowSwitch, b)
}

func (t *arrowTable) texts(name string, n int, at func(i int) string) {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	b.Reserve(n)
	for i := range n {
		b.Append(at(i))
	}
	t.add(name, arrowText, b)
}

func (t *arrowTable) write(w *bufio.Writer, n int) error {
	schema := arrow.NewSchema(t.fields, nil)
	stream := ipc.NewWriter(w, ipc.WithSchema(schema))
	return errors.Join(stream.Write(array.NewRecordBatch(schema, t.columns, int64(n))), stream.Close())
}

// writeArrow writes readings as doubles, flags as booleans.
func (r *result) writeArrow(w *bufio.Writer) error {
	var t arrowTable
	n := r.candles.Len()
	t.times("open_time", n, func(i int) int64 { return r.candles.OpenTime[i] })
	for _, column := range r.columns {
		name := cipher.ColumnName(column)
		reading, flag, isFlag := cipher.Column(column)
		if isFlag {
			t.switches(name, n, func(i int) bool { return r.out.Flags[i].Has(flag) })
			continue
		}
		t.floats(name, n, func(i int) float64 { return r.out.Values[reading][i] })
	}
	return t.write(w, n)
}

// writeEventArrow writes events with the columns of their CSV.
func (r *result) writeEventArrow(w *bufio.Writer) error {
	var t arrowTable
	n := len(r.events)
	t.times("open_time", n, func(i int) int64 { return r.events[i].OpenTime })
	t.texts("kind", n, func(i int) string { return r.events[i].Kind() })
	t.texts("side", n, func(i int) string { return r.events[i].Side.String() })
	t.floats("price", n, func(i int) float64 { return r.events[i].Price })
	t.times("known_at", n, func(i int) int64 { return r.events[i].KnownAt })
	for p, name := range [2]string{"pivot1", "pivot2"} {
		of := func(i int) (cipher.Pivot, bool) { return r.events[i].Pivots[p], r.events[i].HasPivots }
		t.times(name+"_open_time", n, func(i int) int64 { v, _ := of(i); return v.OpenTime })
		t.floats(name+"_level", n, func(i int) float64 { v, ok := of(i); return present(v.Level, ok) })
		t.floats(name+"_price", n, func(i int) float64 { v, ok := of(i); return present(v.Price, ok) })
	}
	return t.write(w, n)
}

// writeProfileArrow writes the rows of a profile.
func writeProfileArrow(w *bufio.Writer, p *volume.Profile) error {
	var t arrowTable
	n := p.Len()
	t.floats("low", n, func(i int) float64 { return p.Edges[i] })
	t.floats("high", n, func(i int) float64 { return p.Edges[i+1] })
	t.floats("up", n, func(i int) float64 { return p.Up[i] })
	t.floats("down", n, func(i int) float64 { return p.Down[i] })
	t.switches("poc", n, func(i int) bool { return isPOC(p, i) })
	t.switches("value_area", n, func(i int) bool { return inValueArea(p, i) })
	return t.write(w, n)
}
