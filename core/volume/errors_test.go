package volume_test

import (
	"errors"

	"github.com/quantum-signals/quantum/core"
)

// code is the code of a *core.Error, OK of none.
func code(err error) core.Code {
	var e *core.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return core.OK
}
