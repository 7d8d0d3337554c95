package compute

import (
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// CipherAnswer is Quantum Cipher over a series, as it is answered.
type CipherAnswer struct {
	WasmSHA256 string
	Interval   core.Interval
	Params     cipher.Params
	OpenTime   []int64
	Columns    []int // output columns to give, as cipher.Column numbers them
	Out        *cipher.Columns
	Events     []cipher.Event // nil leaves them out
}

// AppendJSON appends the answer as one object.
func (a *CipherAnswer) AppendJSON(b []byte) []byte {
	b = appendEngine(append(b, '{'), a.WasmSHA256)
	b = server.AppendText(append(b, `,"interval":`...), a.Interval.String())
	vector := a.Params.Vector()
	b = cipherParams.append(append(b, `,"params":`...), vector[:])
	b = strconv.AppendInt(append(b, `,"warmup":`...), int64(a.Params.WarmUp()), 10)
	b = server.AppendInts(append(b, `,"columns":{"open_time":`...), a.OpenTime)
	for _, i := range a.Columns {
		b = appendColumn(append(b, ','), i, a.Out)
	}
	b = append(b, '}')
	if a.Events != nil {
		b = append(b, `,"events":[`...)
		for i := range a.Events {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendEvent(b, &a.Events[i])
		}
		b = append(b, ']')
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

// VolumeAnswer is a volume profile, as it is answered.
type VolumeAnswer struct {
	WasmSHA256 string
	Params     volume.Params
	Profile    *volume.Profile
}

// AppendJSON appends the answer as one object.
func (a *VolumeAnswer) AppendJSON(b []byte) []byte {
	b = appendEngine(append(b, '{'), a.WasmSHA256)
	vector := a.Params.Vector()
	b = volumeParams.append(append(b, `,"params":`...), vector[:])
	b = appendProfile(append(b, ','), a.Profile)
	return append(b, '}')
}

// appendProfile appends the members of a profile.
func appendProfile(b []byte, p *volume.Profile) []byte {
	b = server.AppendText(append(b, `"source":`...), p.Source.String())
	b = server.AppendFloat(append(b, `,"unit":`...), p.Unit)
	b = append(b, `,"rows":[`...)
	for i := range p.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = server.AppendFloats(b, []float64{p.Edges[i], p.Edges[i+1], p.Up[i], p.Down[i]})
	}
	b = append(b, ']')
	for _, level := range [...]struct {
		name  string
		value float64
	}{{"total", p.Total}, {"poc", p.POC}, {"vah", p.VAH}, {"val", p.VAL}, {"enclosed", p.Enclosed}} {
		b = append(server.AppendText(append(b, ','), level.name), ':')
		b = server.AppendFloat(b, level.value)
	}
	b = appendNodes(append(b, `,"high_nodes":`...), p.HighNodes)
	b = appendNodes(append(b, `,"low_nodes":`...), p.LowNodes)
	b = server.AppendFloat(append(b, `,"vwap":`...), p.VWAP)
	b = server.AppendFloat(append(b, `,"sd":`...), p.SD)
	b = append(b, `,"shape":`...)
	if p.Shape == volume.NoShape {
		return append(b, "null"...)
	}
	return server.AppendText(b, p.Shape.String())
}

func appendNodes(b []byte, nodes []volume.Node) []byte {
	b = append(b, '[')
	for i, n := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `{"row":`...), int64(n.Row), 10)
		b = server.AppendFloat(append(b, `,"price":`...), n.Price)
		b = server.AppendFloat(append(b, `,"volume":`...), n.Volume)
		b = server.AppendFloat(append(b, `,"prominence":`...), n.Prominence)
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendEngine appends who computed the answer.
func appendEngine(b []byte, wasmSHA256 string) []byte {
	b = server.AppendText(append(b, `"engine":{"version":`...), core.EngineVersion)
	b = server.AppendText(append(b, `,"wasm_sha256":`...), wasmSHA256)
	return append(b, '}')
}
