// Package chaos holds the tests that run monitors as real processes, against a
// real Redis and a local exchange that speaks Binance's wire format, and do their
// worst to them: kill, stop and cut them off, by pulling cables between network
// namespaces where that can be done (root, and ip on the PATH). Each ends with
// the store compared, byte by byte, with what one unbroken run leaves.
package chaos
