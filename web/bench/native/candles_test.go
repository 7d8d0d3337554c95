package main

import "testing"

// TestDigest holds the series that the numbers in the documentation were
// measured over; the page and Node are held to it by every run.
func TestDigest(t *testing.T) {
	if got, want := makeSeries(100_000).digest(100_000), "0d1d4197"; got != want {
		t.Errorf("the first 100,000 bars hash to %s, want %s", got, want)
	}
}

// TestContestantsAgree holds streaming to the columns: the same bits.
func TestContestantsAgree(t *testing.T) {
	bars := makeSeries(2000).Slice(0, 2000)
	var want string
	for _, c := range append(contestants("columns"), contestants("stream")...) {
		columns, err := c.columns(bars)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := digest(columns...)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s: columns hash to %s, want %s", c.name, got, want)
		}
	}
}
