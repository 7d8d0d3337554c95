package server

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// Closed is a closed bar with all that the engines say at it: what alert rules
// are about.
type Closed struct {
	Candle core.Candle
	Cipher cipher.Output
	Volume volume.Levels
	Events []string // kinds, as in "cipher.buy"
}
