package server

import (
	"strconv"

	"github.com/quantum-signals/quantum/core/volume"
)

// AppendLevels appends the data of a volume event: the prices it is about, each
// with the start of the session it comes from.
func AppendLevels(b []byte, levels []volume.Level) []byte {
	b = append(b, `{"levels":[`...)
	for i, l := range levels {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendFloat(append(b, `{"price":`...), l.Price)
		b = strconv.AppendInt(append(b, `,"session":`...), l.Start, 10)
		b = append(b, '}')
	}
	return append(b, `]}`...)
}
