package main

import (
	"fmt"
	"math"
	"math/bits"
)

// digest is a hash of 32-bit words that 32-bit integers compute anywhere.
type digest struct{ a, b uint32 }

func (d *digest) word(w uint32) {
	d.a = (d.a ^ w) * 0x9e3779b1
	d.a ^= d.a >> 15
	d.b = bits.RotateLeft32((d.b+w)*0x85ebca77, 13) + d.a
}

func (d *digest) bits(v uint64) {
	d.word(uint32(v))
	d.word(uint32(v >> 32))
}

func (d *digest) float(v float64) { d.bits(math.Float64bits(v)) }

func (d *digest) floats(list []float64) {
	for _, v := range list {
		d.float(v)
	}
}

func (d *digest) text(s string) {
	d.word(uint32(len(s)))
	for i := range len(s) {
		d.word(uint32(s[i]))
	}
}

func (d *digest) bytes(b []byte) {
	d.word(uint32(len(b)))
	for _, v := range b {
		d.word(uint32(v))
	}
}

func (d *digest) String() string { return fmt.Sprintf("%08x%08x", d.a, d.b) }
