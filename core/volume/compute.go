package volume

import "github.com/quantum-signals/quantum/core"

// Compute takes the profile of all bars of c. It keeps no reference to c. The
// error is a *core.Error naming the parameter, or bar, field and bound; then
// there is no profile.
func Compute(p Params, c core.Columns) (*Profile, error) {
	return nil, &core.Error{Code: core.NoBars, Index: -1, Value: core.Absent()}
}
