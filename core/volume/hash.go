package volume

import "math"

// hash is FNV-1a 64, the same bits on every host.
type hash uint64

func newHash() hash { return 0xcbf29ce484222325 }

func (h *hash) bytes(p []byte) {
	for _, b := range p {
		*h = (*h ^ hash(b)) * 0x100000001b3
	}
}

// float adds the value's bits, lowest byte first.
func (h *hash) float(v float64) {
	bits := math.Float64bits(v)
	for range 8 {
		*h = (*h ^ hash(bits&0xff)) * 0x100000001b3
		bits >>= 8
	}
}
