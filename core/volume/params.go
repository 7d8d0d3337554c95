package volume

import "github.com/quantum-signals/quantum/core"

// Params are what a profile depends on besides its bars; a plain value,
// comparable. Start from Default: the zero Params is not valid. Bounds and
// meanings are in Catalog.
type Params struct {
	Rows          int     // how many rows, or 0 where RowSize is given
	RowSize       float64 // height of a row in quote currency, or 0 where Rows is given
	ValueArea     float64 // share of the volume inside the value area
	Expansion     Expansion
	Spread        Spread
	NodeStrength  float64 // least prominence of a node as a share of the greatest smoothed row
	NodeSmoothing int     // passes of the [1 2 1]/4 kernel before nodes are looked for
	VolumeUnit    float64 // unit volume is counted in, a power of two, or 0 for the default

	rowsNamed bool // Set was given rows, so row_size may not replace them
}

// DefaultRows is the number of rows where neither rows nor their size is given.
const DefaultRows = 24

// DefaultUnit is the volume unit of an engine that is given none, and of a
// profile without any volume.
const DefaultUnit = 1.0 / (1 << 20)

// Expansion is how the value area grows from the point of control.
type Expansion int

const (
	Pairs  Expansion = iota // by the larger of the two next rows above and below
	Single                  // by the larger of the next row above and below
)

// Spread is how the volume of a bar is laid over the rows.
type Spread int

const (
	Uniform Spread = iota // evenly from low to high
	Close                 // all to the row of the close
)

// Default returns the default parameters.
func Default() Params {
	return Params{Rows: DefaultRows, ValueArea: 0.70, NodeStrength: 0.10, NodeSmoothing: 1}
}

// Set changes the parameter of that name, as in the catalog; an enum is the
// place of its choice. Setting row_size puts the default rows aside; rows set
// by name beside it are refused by Validate. The error is a *core.Error naming
// the parameter, the value and the bound; p is then unchanged.
func (p *Params) Set(name string, value float64) error {
	for i := range paramTable {
		if paramTable[i].name != name {
			continue
		}
		if err := paramTable[i].check(value); err != nil {
			return err
		}
		p.put(i, value)
		switch i {
		case paramRows:
			p.rowsNamed = true
		case paramRowSize:
			if !p.rowsNamed {
				p.Rows = 0
			}
		}
		return nil
	}
	return unknownParam(name, value)
}

// Get returns the parameter of that name as Set takes it, 0 where it is not
// given; false where there is none of that name.
func (p Params) Get(name string) (float64, bool) {
	for i, v := range p.Vector() {
		if paramTable[i].name == name {
			return v, true
		}
	}
	return 0, false
}

// Vector returns all parameters as numbers in catalog order, those not given
// 0: what crosses the wasm boundary and heads a snapshot.
func (p Params) Vector() [NumParams]float64 {
	return [NumParams]float64{
		float64(p.Rows), p.RowSize, p.ValueArea, float64(p.Expansion), float64(p.Spread),
		p.NodeStrength, float64(p.NodeSmoothing), p.VolumeUnit,
	}
}

// ParamsFromVector is the inverse of Vector; v has NumParams numbers. The
// error is a *core.Error naming the first parameter that breaks its bound.
func ParamsFromVector(v []float64) (Params, error) {
	p := Params{}
	if len(v) != NumParams {
		return p, wrongCount(len(v))
	}
	for i, value := range v {
		if value == 0 && paramTable[i].optional {
			continue
		}
		if err := paramTable[i].check(value); err != nil {
			return Params{}, err
		}
		p.put(i, value)
	}
	return p, p.Validate()
}

// put stores a checked value as parameter i.
func (p *Params) put(i int, value float64) {
	switch i {
	case paramRows:
		p.Rows = int(value)
	case paramRowSize:
		p.RowSize = value
	case paramValueArea:
		p.ValueArea = value
	case paramExpansion:
		p.Expansion = Expansion(value)
	case paramSpread:
		p.Spread = Spread(value)
	case paramNodeStrength:
		p.NodeStrength = value
	case paramNodeSmoothing:
		p.NodeSmoothing = int(value)
	case paramVolumeUnit:
		p.VolumeUnit = value
	}
}

// Validate checks every parameter against its bound, and that exactly one of
// rows and row_size is given. The error is a *core.Error naming the parameter,
// its value and the bound.
//
//go:noinline
func (p Params) Validate() error {
	for i, value := range p.Vector() {
		if value == 0 && paramTable[i].optional {
			continue
		}
		if err := paramTable[i].check(value); err != nil {
			return err
		}
	}
	if (p.Rows != 0) == (p.RowSize != 0) {
		return &core.Error{
			Code: core.InvalidParam, Field: "rows", Index: -1, Value: float64(p.Rows),
			Rule: core.RuleExclusive, Text: "rows, row_size",
		}
	}
	return nil
}

// Hash is the FNV-1a 64 of the vector's bits, little endian: parameters with
// one hash give one result.
func (p Params) Hash() uint64 {
	h := newHash()
	for _, v := range p.Vector() {
		h.float(v)
	}
	return uint64(h)
}
