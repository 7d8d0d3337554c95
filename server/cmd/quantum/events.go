package main

import (
	"bufio"
	"fmt"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server/compute"
	"github.com/quantum-signals/quantum/wasm"
)

// eventHeader are the columns of events as CSV. A divergence's previous pivot
// comes first, the latest second; the rest leaves them empty.
const eventHeader = "open_time,kind,side,price,known_at," +
	"pivot1_open_time,pivot1_level,pivot1_price,pivot2_open_time,pivot2_level,pivot2_price\n"

func (r *result) writeEventCSV(w *bufio.Writer) error {
	_, _ = w.WriteString(eventHeader) // the first error stays with w
	line := make([]byte, 0, 256)
	for i := range r.events {
		line = append(appendEventCSV(line[:0], &r.events[i]), '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func appendEventCSV(b []byte, e *cipher.Event) []byte {
	b = append(appendInt(b, e.OpenTime), ',')
	b = append(append(b, e.Kind()...), ',')
	b = append(append(b, e.Side.String()...), ',')
	b = append(appendFloat(b, e.Price), ',')
	b = appendInt(b, e.KnownAt)
	if !e.HasPivots {
		return append(b, ",,,,,,"...)
	}
	for _, p := range e.Pivots {
		b = appendInt(append(b, ','), p.OpenTime)
		b = appendFloat(append(b, ','), p.Level)
		b = appendFloat(append(b, ','), p.Price)
	}
	return b
}

func (r *result) writeEventTable(w *bufio.Writer) error {
	fmt.Fprintf(w, "%-*s %-24s %-5s %14s\n", timeWidth, "bar opens (UTC)", "kind", "side", "price")
	for i := range r.events {
		e := &r.events[i]
		if _, err := fmt.Fprintf(w, "%s %-24s %-5s %14s\n", utc(e.OpenTime), e.Kind(), e.Side, rounded(e.Price)); err != nil {
			return err
		}
	}
	return nil
}

// writeEventJSON writes the answer POST /signals/cipher would give, with
// events and no other field than open_time.
func (r *result) writeEventJSON(w *bufio.Writer) error {
	a := compute.CipherAnswer{
		WasmSHA256: wasm.SHA256(), Interval: r.interval, Params: r.params,
		OpenTime: r.candles.OpenTime, Out: &r.out, Events: r.events,
	}
	_, err := w.Write(append(a.AppendJSON(nil), '\n'))
	return err
}

// writeEventLines writes an object an event.
func (r *result) writeEventLines(w *bufio.Writer) error {
	line := make([]byte, 0, 256)
	for i := range r.events {
		line = append(compute.AppendEvent(line[:0], &r.events[i]), '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}
