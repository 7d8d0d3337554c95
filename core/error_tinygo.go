//go:build tinygo

package core

// Error is the code's name: in the module, hosts build the sentence from the
// numbers, and strconv stays out.
func (e *Error) Error() string { return e.Code.String() }
