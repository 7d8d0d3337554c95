package core

// Side is the direction a signal speaks for.
type Side int8

const (
	Bear Side = -1
	None Side = 0 // a caution or a state that speaks for neither
	Bull Side = 1
)

// String is the side as the API writes it: "bull", "bear" or "none".
func (s Side) String() string {
	switch s {
	case Bull:
		return "bull"
	case Bear:
		return "bear"
	}
	return "none"
}
