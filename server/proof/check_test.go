package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var began = time.UnixMilli(1_700_000_000_000)

// clean is a log of two clients that heard ten messages, one of them across a
// cut.
func clean() []Line {
	var lines []Line
	line := func(who string, what What, seq int64, after time.Duration) *Line {
		lines = append(lines, Line{Who: who, What: what, Channel: "bars", Epoch: "e1", Seq: seq, ID: fmt.Sprint("id", seq), At: began.Add(after)})
		return &lines[len(lines)-1]
	}
	line("a", Attached, 0, 0)
	line("b", Attached, 0, 0)
	for seq := int64(1); seq <= 10; seq++ {
		at := time.Duration(seq) * time.Second
		line("", Stored, seq, at)
		line("a", Heard, seq, at+time.Millisecond)
		if seq == 6 {
			line("b", Attached, 6, at).Resumed = true
		}
		line("b", Heard, seq, at+time.Millisecond)
	}
	return lines
}

func TestACleanLogBreaksNothing(t *testing.T) {
	r := Check(clean(), true)
	if len(r.Broken) != 0 || r.Stored != 10 || r.Heard != 20 || r.Resumes != 1 || r.Clients != 2 {
		t.Errorf("Check = %v, %q", r, r.Broken)
	}
	gap := append(clean(), Line{Who: "a", What: Attached, Channel: "bars", Epoch: "e2", Seq: 3},
		Line{Who: "a", What: Gap, Channel: "bars", Epoch: "e2", Seq: 11, To: 3})
	if r := Check(gap, true); len(r.Broken) != 0 || r.Gaps != 1 {
		t.Errorf("an announced change of epoch: %v, %q", r, r.Broken)
	}
}

// find is the place of a line.
func find(lines []Line, who string, what What, seq int64) int {
	return slices.IndexFunc(lines, func(l Line) bool { return l.What == what && l.Seq == seq && (what == Stored || l.Who == who) })
}

func TestEveryFaultIsFound(t *testing.T) {
	for _, tt := range []struct {
		name   string
		plant  func(lines []Line) []Line
		broken string
	}{
		{"a number skipped", func(l []Line) []Line {
			i := find(l, "b", Heard, 4)
			return slices.Delete(l, i, i+1)
		}, "P2: b heard 5 of bars after 3"},
		{"a message twice", func(l []Line) []Line {
			i := find(l, "b", Heard, 4)
			return slices.Insert(l, i, l[i])
		}, "P3: b heard 4 of bars again"},
		{"two in the wrong order", func(l []Line) []Line {
			i, k := find(l, "a", Heard, 4), find(l, "a", Heard, 5)
			l[i], l[k] = l[k], l[i]
			return l
		}, "P2: a heard 5 of bars after 3"},
		{"the id of the last message forgotten", func(l []Line) []Line { // another message took its number when a tail was lost
			l[find(l, "b", Heard, 5)].ID = "lost"
			return l
		}, "P1: b heard 5 of bars as lost, stored is id5"},
		{"an epoch used again", func(l []Line) []Line {
			return append(l, Line{What: Stored, Channel: "bars", Epoch: "e1", Seq: 1, ID: "new"})
		}, "P1: bars of epoch e1 has 1 stored after 10"},
		{"announced before it was stored", func(l []Line) []Line {
			i := find(l, "a", Heard, 7)
			l[i].At = l[i].At.Add(-time.Second)
			return l
		}, "P7: a heard 7 of bars 999ms before it was stored"},
		{"announced and never stored", func(l []Line) []Line {
			return append(l, Line{Who: "a", What: Heard, Channel: "bars", Epoch: "e1", Seq: 11, ID: "id11"})
		}, "P7: a heard 11 of bars, epoch e1, which was never stored"},
		{"a tail lost and not noticed", func(l []Line) []Line {
			i := slices.IndexFunc(l, func(l Line) bool { return l.Resumed })
			return append(slices.Insert(l, i, Line{What: Lost, Channel: "bars", Epoch: "e1", Seq: 4}, Line{What: Stored, Channel: "bars", Epoch: "e1", Seq: 5, ID: "other", At: began}), l[i])
		}, "P2: b resumed bars after 5 as id5, which is another message by now"},
		{"an event computed twice", func(l []Line) []Line {
			return append(l, Line{What: Stored, Channel: "bars", Epoch: "e1", Seq: 11, ID: "id3"})
		}, "P5: bars has the id id3 stored as 3 and as 11"},
		{"a resume that is none, and no gap", func(l []Line) []Line {
			l[slices.IndexFunc(l, func(l Line) bool { return l.Resumed })].Resumed = false
			return l
		}, "P2: b heard 6 of bars before the gap after 5"},
		{"a gap that leaves some out", func(l []Line) []Line {
			i := find(l, "b", Heard, 8)
			l[i] = Line{Who: "b", What: Gap, Channel: "bars", Epoch: "e1", Seq: 9, To: 9}
			return l
		}, "P2: b was at 7 of bars and told of a gap from 9 on"},
		{"the end not heard", func(l []Line) []Line {
			i := find(l, "a", Heard, 10)
			return slices.Delete(l, i, i+1)
		}, "P2: a ends at 9 of bars, which has 10"},
		{"another epoch without a word", func(l []Line) []Line {
			l[find(l, "a", Heard, 10)].Epoch = "e2"
			return l
		}, "P2: a heard 10 of bars in epoch e2, unannounced after e1"},
	} {
		r := Check(tt.plant(clean()), true)
		if !slices.ContainsFunc(r.Broken, func(b string) bool { return strings.HasPrefix(b, tt.broken) }) {
			t.Errorf("%s: %q, want %q among them", tt.name, r.Broken, tt.broken)
		}
	}
}
