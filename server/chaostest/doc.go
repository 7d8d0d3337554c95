// Package chaostest is the checker of all tests that kill: what a store holds,
// how that differs from what an unbroken run left, and the table of how often it
// did.
//
// Tests have a short form, part of every run, and a long one: CHAOS=n runs each
// fault n times as often. With CHAOS_TABLE they write their rows to that file.
package chaostest

import (
	"os"
	"strconv"
	"testing"
)

// Long reports whether this is the long form.
func Long() bool { return os.Getenv("CHAOS") != "" }

// Rounds is how often a test does its worst: short times, or as many times more
// as CHAOS says.
func Rounds(t testing.TB, short int) int {
	t.Helper()
	text := os.Getenv("CHAOS")
	if text == "" {
		return short
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("CHAOS is %q, want a whole number from 1", text)
	}
	return short * n
}
