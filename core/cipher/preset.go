package cipher

// Preset fixes the rules that are not parameters.
type Preset int

const (
	Quantum Preset = 0 // the public scripts with their defects mended; the default
	Classic Preset = 1 // the public scripts as TradingView runs them, quirks included
)

// String is the preset's name: "quantum" or "classic".
func (p Preset) String() string {
	switch p {
	case Quantum:
		return "quantum"
	case Classic:
		return "classic"
	}
	return ""
}

// ParsePreset finds a preset by its name.
func ParsePreset(name string) (Preset, bool) {
	switch name {
	case "quantum":
		return Quantum, true
	case "classic":
		return Classic, true
	}
	return 0, false
}
