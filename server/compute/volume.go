package compute

import (
	"strconv"

	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

func volumeParams() params { return newParams(volume.Catalog().Params, "") }

// volumeRequest is the body of POST /signals/volume, as far as tags can judge
// it.
type volumeRequest struct {
	Bars int `name:"candles" validate:"bars"`

	request
	params volume.Params
}

// postVolume takes the profile of the candles of a body.
func (h *handler) postVolume(dst, body []byte) ([]byte, error) {
	var issues server.Issues
	q, err := h.readVolume(body, &issues)
	if err != nil {
		return dst, err
	}
	if issues.Len() > 0 {
		q.candles.Check(0, &issues)
		return dst, issues.Err()
	}
	profile, err := volume.Compute(q.params, q.candles.Columns)
	if err != nil {
		return dst, q.candles.Refusal(0, err)
	}
	b := h.appendEngine(dst)
	vector := q.params.Vector()
	b = h.volume.append(append(b, `,"params":`...), vector[:])
	b = AppendProfile(append(b, ','), profile)
	return append(b, '}'), nil
}

func (h *handler) readVolume(body []byte, issues *server.Issues) (*volumeRequest, error) {
	q := &volumeRequest{params: volume.Default()}
	err := q.scan(body, h.volume, issues, func(*server.Scanner, string) bool { return false })
	if err != nil {
		return nil, err
	}
	q.Bars = q.candles.Len()
	except := []string{}
	if q.given && issues.Len() > 0 {
		except = append(except, "Bars") // what could not be read is not also too few
	}
	h.validate.Check(q, "/", issues, except...)
	set(&q.params, q.settings, func(name string) string { return "/params/" + name }, issues)
	return q, nil
}

// AppendProfile appends the members of a profile, without the braces, so that
// they can stand among others.
func AppendProfile(b []byte, p *volume.Profile) []byte {
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
