package host

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// The layout of a failure, in 32-bit words and then in float64.
const (
	failureRule  = 1
	failureField = 2 // offset and length
	failureText  = 4 // offset and length
	failureIndex = 6
	failureWords = 8
	failureBytes = failureWords*4 + 3*8
)

// refusal is the module's last refusal as the error core gives natively.
func (in *instance) refusal(code core.Code) error {
	at, err := in.call(lastErrorExport)
	if err != nil {
		return err
	}
	b := in.bytes(uint32(at), failureBytes)
	word := func(i int) uint32 { return order.Uint32(b[4*i:]) }
	number := func(i int) float64 { return math.Float64frombits(order.Uint64(b[4*failureWords+8*i:])) }
	text := func(i int) string { return string(in.bytes(word(i), int(word(i+1)))) }
	return &core.Error{
		Code: code, Rule: core.Rule(word(failureRule)),
		Field: text(failureField), Text: text(failureText),
		Index: int(int32(word(failureIndex))),
		Value: number(0), Low: number(1), High: number(2),
	}
}
