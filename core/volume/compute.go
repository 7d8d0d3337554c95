package volume

import "github.com/quantum-signals/quantum/core"

// Compute takes the profile of all bars of c: with the default unit,
// 2^(ceil(log2(greatest volume of a bar)) - 40), or p.VolumeUnit. It keeps no
// reference to c. The cost is linear in bars, whatever the rows they span. The
// error is a *core.Error naming the parameter, or bar, field and bound; then
// there is no profile.
func Compute(p Params, c core.Columns) (*Profile, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	e, err := scan(c)
	if err != nil {
		return nil, err
	}
	t, err := newTally(p, SourceBars, c.Len(), &e)
	if err != nil {
		return nil, err
	}
	if p.Spread == Uniform && !t.sheet.grid.narrow && t.small && t.meter.rest == 1 {
		t.sheet.lay(t.meter, c)
		return t.profile(), nil
	}
	var side course
	for i := range c.Len() {
		if err := t.lay(i, c.At(i), side.next(c.Open[i], c.Close[i])); err != nil {
			return nil, err
		}
	}
	return t.profile(), nil
}
