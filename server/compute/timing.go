package compute

import (
	"fmt"
	"net/http"
	"time"
)

// steps are the moments between the parts of one answer.
type steps struct{ began, decoded, computed time.Time }

// tell writes Server-Timing, in milliseconds; encoding is told as far as it has
// come.
func (t steps) tell(head http.Header, road string) {
	if road == "" {
		return
	}
	ms := func(from, to time.Time) float64 { return float64(to.Sub(from)) / float64(time.Millisecond) }
	head.Set("Server-Timing", fmt.Sprintf(`decode;dur=%.3f, compute;dur=%.3f, encode;dur=%.3f, road;desc="%s"`,
		ms(t.began, t.decoded), ms(t.decoded, t.computed), ms(t.computed, time.Now()), road))
}
