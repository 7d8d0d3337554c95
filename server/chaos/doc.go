// Package chaos holds the tests that run monitors as real processes, against a
// real Redis and a local exchange that speaks Binance's wire format, and do their
// worst to them. Each ends with the store compared, byte by byte, with what one
// unbroken run leaves.
package chaos
