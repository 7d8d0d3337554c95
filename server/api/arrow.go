package api

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/quantum-signals/quantum/server"
)

// arrowTag marks the entity tags of Arrow answers.
const arrowTag = `-arrow"`

// arrowed gives the columns next answers as an Arrow IPC stream to whoever
// likes that best: open_time as a timestamp, the others as doubles, null where
// there is no reading.
func arrowed(next http.Handler) http.Handler {
	return server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		gives, err := server.Negotiate(r, server.JSONType, server.NDJSONType, server.BinaryType, server.ArrowType)
		if err != nil {
			return err
		}
		if gives != server.ArrowType {
			next.ServeHTTP(w, r)
			return nil
		}
		inner := r.Clone(r.Context())
		inner.Header.Set("Accept", server.BinaryType)
		if tags := inner.Header.Get("If-None-Match"); tags != "" {
			inner.Header.Set("If-None-Match", strings.ReplaceAll(tags, arrowTag, `"`))
		}
		got := captured{header: w.Header()}
		next.ServeHTTP(&got, inner)
		head := w.Header()
		if tag := head.Get("ETag"); tag != "" {
			head.Set("ETag", strings.TrimSuffix(tag, `"`)+arrowTag)
		}
		if got.status != http.StatusOK && got.status != 0 {
			w.WriteHeader(got.status)
			_, _ = w.Write(got.body.Bytes())
			return nil
		}
		names := strings.Split(head.Get("Quantum-Columns"), ",")
		rows, err := strconv.Atoi(head.Get("Quantum-Rows"))
		if err != nil || got.body.Len() != 8*rows*len(names) {
			return fmt.Errorf("columns of %d bytes, which their headers say are %d of %d rows: %w", got.body.Len(), len(names), rows, err)
		}
		head.Set("Content-Type", server.ArrowType)
		head.Del("Content-Length")
		return writeArrow(w, names, rows, got.body.Bytes())
	})
}

// captured keeps an answer.
type captured struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (c *captured) Header() http.Header         { return c.header }
func (c *captured) WriteHeader(status int)      { c.status = status }
func (c *captured) Write(b []byte) (int, error) { return c.body.Write(b) }

// writeArrow writes columns of n float64 as one batch.
func writeArrow(w http.ResponseWriter, names []string, n int, body []byte) error {
	fields := make([]arrow.Field, len(names))
	columns := make([]arrow.Array, len(names))
	at := func(c, i int) float64 {
		return math.Float64frombits(binary.LittleEndian.Uint64(body[8*(c*n+i):]))
	}
	for c, name := range names {
		if name == "open_time" {
			b := array.NewTimestampBuilder(memory.DefaultAllocator, arrowTime)
			b.Reserve(n)
			for i := range n {
				b.UnsafeAppend(arrow.Timestamp(at(c, i)))
			}
			fields[c], columns[c] = arrow.Field{Name: name, Type: arrowTime}, b.NewArray()
			continue
		}
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		b.Reserve(n)
		for i := range n {
			if v := at(c, i); v == v {
				b.UnsafeAppend(v)
			} else {
				b.UnsafeAppendBoolToBitmap(false)
			}
		}
		fields[c], columns[c] = arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Float64, Nullable: true}, b.NewArray()
	}
	schema := arrow.NewSchema(fields, nil)
	stream := ipc.NewWriter(w, ipc.WithSchema(schema))
	if err := stream.Write(array.NewRecordBatch(schema, columns, int64(n))); err != nil {
		return nil //nolint:nilerr // the client is gone: nobody is left to tell
	}
	_ = stream.Close()
	return nil
}

// arrowTime is the type of open_time.
var arrowTime = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
