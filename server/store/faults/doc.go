// Package faults holds the tests that run a monitor over known candles and do
// their worst to its Redis, be it one server, one that sentinels name, or a
// cluster: kill it, pause it, take its data, fill it, slow it, move its slots.
// Each ends with the store compared, byte by byte, with what one unbroken run
// leaves.
package faults
