package server

import (
	"errors"
	"net/http"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// Stored is a watched series as a request computes over it.
type Stored struct {
	Series  Series
	Candles core.Columns   // closed bars, oldest first
	Engine  *cipher.Engine // stands before the first of them; nil starts there
	Limit   int            // the newest so many are told, all if 0
	Forming *core.Candle   // the bar after the last; nil where none is known
}

// Answerer answers a request over a watched series with what its caller has read
// of it.
type Answerer func(w http.ResponseWriter, r *http.Request, s Stored) error

// Join makes one refusal of several, with the fields of all. What is no refusal
// comes first; without any error it is nil.
func Join(errs ...error) error {
	var all []Field
	var first *Error
	for _, err := range errs {
		var e *Error
		if err == nil {
			continue
		}
		if !errors.As(err, &e) {
			return err
		}
		if first == nil || e.Code == CodeMalformed {
			first = e
		}
		all = append(all, e.Fields...)
	}
	if first == nil {
		return nil
	}
	joined := *first
	joined.Fields = all
	return &joined
}
