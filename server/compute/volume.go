package compute

import (
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// volumeParams are Quantum Volume's parameters.
var volumeParams = newParams(volume.Catalog().Params, "")

// VolumeParams reads parameters from objects as requests hold them; of a name
// the last counts. The error is a *server.Error listing all that is wrong.
func VolumeParams(objects ...[]byte) (volume.Params, error) {
	var issues server.Issues
	settings, err := volumeParams.scanAll(objects, &issues)
	if err != nil {
		return volume.Params{}, err
	}
	p := setVolume(settings, &issues)
	return p, issues.Err()
}

func setVolume(settings []setting, issues *server.Issues) volume.Params {
	p := volume.Default()
	set(&p, settings, func(name string) string { return "/params/" + name }, issues)
	return p
}

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
	a := VolumeAnswer{WasmSHA256: h.options.WasmSHA256, Params: q.params, Profile: profile}
	return a.AppendJSON(dst), nil
}

func (h *handler) readVolume(body []byte, issues *server.Issues) (*volumeRequest, error) {
	q := &volumeRequest{}
	err := q.scan(body, volumeParams, issues, func(*server.Scanner, string) bool { return false })
	if err != nil {
		return nil, err
	}
	q.Bars = q.candles.Len()
	h.validate.Check(q, "/", issues, q.unread(issues)...)
	q.params = setVolume(q.settings, issues)
	return q, nil
}
