package compute

import (
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// VolumeAnswer is a volume profile, as it is answered.
type VolumeAnswer struct {
	WasmSHA256 string
	Series     *server.Series // a watched one; nil of a request's own candles
	Params     volume.Params
	Profile    *volume.Profile

	interval core.Interval // 0 where none was given
	span     *span         // nil or without a kind: all candles given
	levels   *developed    // of a range an engine keeps
	forming  *formingLevels
}

// AppendJSON appends the answer as one object.
func (a *VolumeAnswer) AppendJSON(b []byte) []byte { return a.appendJSON(b, whole) }

func (a *VolumeAnswer) appendJSON(b []byte, flush func([]byte) []byte) []byte {
	b = append(b, '{')
	if a.Series != nil {
		b = server.AppendText(append(b, `"market":`...), a.Series.Market.String())
		b = append(b, ',')
	}
	b = appendEngine(b, a.WasmSHA256)
	vector := a.Params.Vector()
	b = volumeParams.append(append(b, `,"params":`...), vector[:])
	if a.interval != 0 {
		b = server.AppendText(append(b, `,"interval":`...), a.interval.String())
	}
	if a.span != nil && a.span.kind != "" {
		b = a.span.appendJSON(append(b, `,"range":`...))
	}
	b = flush(appendProfile(append(b, ','), a.Profile))
	forming := a.forming
	if a.levels != nil {
		b = a.levels.appendJSON(append(b, ','), flush)
		forming = a.levels.forming
	}
	if forming != nil {
		b = server.AppendCandle(append(b, `,"forming":{`...), forming.candle)
		b = appendLevels(append(b, `,"levels":{`...), &forming.levels)
		b = append(b, `}}`...)
	}
	return append(b, '}')
}

// appendJSON appends the members only the range of an engine has.
func (d *developed) appendJSON(b []byte, flush func([]byte) []byte) []byte {
	b = strconv.AppendInt(append(b, `"start":`...), d.last.Start, 10)
	b = append(b, `,"previous":`...)
	if s := d.prev; s != nil {
		b = strconv.AppendInt(append(b, `{"start":`...), s.Start, 10)
		b = strconv.AppendInt(append(b, `,"end":`...), s.End, 10)
		b = appendLevels(append(b, ','), &s.Levels)
		b = appendShape(append(b, `,"shape":`...), s.Shape)
		b = appendNodes(append(b, `,"low_nodes":`...), s.LowNodes)
		b = append(b, '}')
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"naked":[`...)
	for i, n := range d.naked {
		if i > 0 {
			b = append(b, ',')
		}
		b = server.AppendFloat(append(b, `{"price":`...), n.Price)
		b = strconv.AppendInt(append(b, `,"session":`...), n.Start, 10)
		b = strconv.AppendInt(append(b, `,"age":`...), int64(n.Age), 10)
		b = append(b, '}')
	}
	b = append(b, ']')
	if d.times != nil {
		b = server.AppendInts(append(b, `,"developing":{"open_time":`...), d.times)
		for r, column := range d.columns.Values {
			b = append(server.AppendText(append(b, ','), volume.Reading(r).String()), ':')
			b = flush(server.AppendFloats(b, column))
		}
		b = append(b, '}')
	}
	if d.events != nil {
		b = append(b, `,"events":[`...)
		for i := range d.events {
			if i > 0 {
				b = append(b, ',')
			}
			b = flush(appendVolumeEvent(b, &d.events[i]))
		}
		b = append(b, ']')
	}
	return b
}

// appendLevels appends the members of levels.
func appendLevels(b []byte, l *volume.Levels) []byte {
	for r := range volume.NumReadings {
		if r > 0 {
			b = append(b, ',')
		}
		b = append(server.AppendText(b, r.String()), ':')
		b = server.AppendFloat(b, l.Value(r))
	}
	return b
}

func appendVolumeEvent(b []byte, e *volume.Event) []byte {
	b = server.AppendText(append(b, `{"kind":`...), e.Kind())
	b = server.AppendText(append(b, `,"side":`...), e.Side.String())
	b = strconv.AppendInt(append(b, `,"open_time":`...), e.OpenTime, 10)
	b = strconv.AppendInt(append(b, `,"known_at":`...), e.KnownAt, 10)
	b = server.AppendFloat(append(b, `,"price":`...), e.Price)
	b = server.AppendLevels(append(b, `,"data":`...), e.Levels)
	return append(b, '}')
}

// appendProfile appends the members of a profile.
func appendProfile(b []byte, p *volume.Profile) []byte {
	b = server.AppendText(append(b, `"source":`...), p.Source.String())
	b = strconv.AppendInt(append(b, `,"count":`...), int64(p.Count), 10)
	b = server.AppendFloat(append(b, `,"unit":`...), p.Unit)
	b = append(b, `,"rows":[`...)
	for i := range p.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = server.AppendFloats(b, []float64{p.Edges[i], p.Edges[i+1], p.Up[i], p.Down[i]})
	}
	b = append(b, `],`...)
	levels := levelsOf(p)
	b = appendLevels(b, &levels)
	b = appendNodes(append(b, `,"high_nodes":`...), p.HighNodes)
	b = appendNodes(append(b, `,"low_nodes":`...), p.LowNodes)
	return appendShape(append(b, `,"shape":`...), p.Shape)
}

func appendShape(b []byte, s volume.Shape) []byte {
	if s == volume.NoShape {
		return append(b, "null"...)
	}
	return server.AppendText(b, s.String())
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

// profileColumns are the columns of a profile's rows.
var profileColumns = [4]string{"low", "high", "up", "down"}

// develops tells whether lines and columns are the levels of bars, not the rows
// of the profile.
func (a *VolumeAnswer) develops() bool { return a.levels != nil && a.levels.times != nil }

// appendLines appends a bar a line where developing levels were asked for, with
// its events, else a row of the profile a line.
func (a *VolumeAnswer) appendLines(b []byte, flush func([]byte) []byte) []byte {
	if a.develops() {
		return a.levels.appendLines(b, flush)
	}
	p := a.Profile
	for i := range p.Len() {
		for c, v := range [4]float64{p.Edges[i], p.Edges[i+1], p.Up[i], p.Down[i]} {
			b = append(server.AppendText(append(b, "{,,,"[c]), profileColumns[c]), ':')
			b = server.AppendFloat(b, v)
		}
		b = flush(append(b, '}', '\n'))
	}
	return b
}

func (d *developed) appendLines(b []byte, flush func([]byte) []byte) []byte {
	next := 0
	for i, open := range d.times {
		b = strconv.AppendInt(append(b, `{"open_time":`...), open, 10)
		for r, column := range d.columns.Values {
			b = append(server.AppendText(append(b, ','), volume.Reading(r).String()), ':')
			b = server.AppendFloat(b, column[i])
		}
		for first := true; next < len(d.events) && d.events[next].OpenTime == open; next++ {
			if first {
				b = append(b, `,"events":[`...)
			} else {
				b = append(b, ',')
			}
			b = appendVolumeEvent(b, &d.events[next])
			if first = false; next+1 == len(d.events) || d.events[next+1].OpenTime != open {
				b = append(b, ']')
			}
		}
		b = flush(append(b, '}', '\n'))
	}
	return b
}

// names are those of the developing levels behind open_time, else those of a
// profile's rows.
func (a *VolumeAnswer) names() []string {
	if !a.develops() {
		return profileColumns[:]
	}
	names := []string{server.CandleFields[0]}
	for r := range volume.NumReadings {
		names = append(names, r.String())
	}
	return names
}

func (a *VolumeAnswer) rows() int {
	if a.develops() {
		return len(a.levels.times)
	}
	return a.Profile.Len()
}

func (a *VolumeAnswer) appendColumns(b []byte, flush func([]byte) []byte) []byte {
	if a.develops() {
		b = appendTimes(b, a.levels.times)
		for _, column := range a.levels.columns.Values {
			b = flush(appendFloats(b, column))
		}
		return b
	}
	p := a.Profile
	n := p.Len()
	for _, column := range [4][]float64{p.Edges[:n], p.Edges[1:], p.Up, p.Down} {
		b = appendFloats(b, column)
	}
	return b
}
