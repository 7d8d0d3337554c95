package server

import (
	"strconv"

	"github.com/quantum-signals/quantum/core/cipher"
)

// AppendPivots appends the data of a divergence's event: the previous pivot
// and the latest.
func AppendPivots(b []byte, pivots [2]cipher.Pivot) []byte {
	for i, p := range pivots {
		b = append(b, [2]string{`{"pivots":[`, `,`}[i]...)
		b = strconv.AppendInt(append(b, `{"open_time":`...), p.OpenTime, 10)
		b = AppendFloat(append(b, `,"level":`...), p.Level)
		b = AppendFloat(append(b, `,"price":`...), p.Price)
		b = append(b, '}')
	}
	return append(b, `]}`...)
}
