package api

import (
	"encoding/base64"
	"net/http"
	"strconv"

	"github.com/quantum-signals/quantum/server"
)

// snapshotBars is the most bars behind a checkpoint that are given: as many as
// the store keeps by default.
const snapshotBars = 100_000

// snapshotQuery is the query string of GET /signals/snapshot.
type snapshotQuery struct {
	Market   string `name:"market" validate:"required,market"`
	Interval string `name:"interval" validate:"required,interval"`
	Before   int64  `name:"before" validate:"min=0"`
}

// getSnapshot gives an engine checkpoint with the bars after it: what a client
// needs to recompute, go on and verify. With before, the checkpoint's last bar
// opens before that time.
func (a *api) getSnapshot(w http.ResponseWriter, r *http.Request) error {
	var q snapshotQuery
	if err := a.decode(r, &q); err != nil {
		return err
	}
	series, err := a.series(r, q.Market, q.Interval)
	if err != nil {
		return err
	}
	checkpoint, err := a.store.Checkpoint(r.Context(), series, q.Before)
	if err != nil {
		return unavailable(err)
	}
	after := int64(0)
	if checkpoint != nil {
		after = checkpoint.OpenTime
	}
	tip, err := a.store.Tip(r.Context(), series, after, snapshotBars)
	if err != nil {
		return unavailable(err)
	}
	b := appendSeries([]byte{'{'}, series)
	b = server.AppendText(append(b, `,"engine":{"version":`...), a.options.Engine.Version)
	b = server.AppendText(append(b, `,"wasm_sha256":`...), a.options.Engine.WasmSHA256)
	b = server.AppendText(append(b, `},"epoch":`...), a.store.Epoch())
	b = server.AppendText(append(b, `,"preset":`...), a.options.Preset)
	if checkpoint == nil {
		b = append(b, `,"snapshot":null,"volume_snapshot":null,"last":null`...)
	} else {
		b = appendBytes(append(b, `,"snapshot":`...), checkpoint.Cipher)
		b = appendBytes(append(b, `,"volume_snapshot":`...), checkpoint.Volume)
		b = strconv.AppendInt(append(b, `,"last":`...), after, 10)
	}
	b = server.AppendCandles(append(b, `,"candles":`...), tip.Candles)
	b = strconv.AppendInt(append(b, `,"seq":{"bars":`...), tip.Heads.Bars, 10)
	b = strconv.AppendInt(append(b, `,"signals":`...), tip.Heads.Signals, 10)
	b = appendRaw(append(b, `},"forming":`...), tip.Forming)
	return reply(w, http.StatusOK, jsonType, append(b, '}'))
}

// appendBytes appends bytes as base64 text, null where there are none.
func appendBytes(b, v []byte) []byte {
	if len(v) == 0 {
		return append(b, "null"...)
	}
	b = base64.StdEncoding.AppendEncode(append(b, '"'), v)
	return append(b, '"')
}
