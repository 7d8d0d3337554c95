package chaostest

import (
	"fmt"
	"maps"
	"slices"
)

// Damage is how contents differ from those of an unbroken run. Zero is none.
type Damage struct {
	Lost       int // entries that are missing
	Duplicated int // entries that come more than once, or that the run did not have
	Changed    int // entries that say something else, or stand at another place
	First      string
}

// Clean reports whether nothing is missing, twice or changed.
func (d Damage) Clean() bool { return d.Lost+d.Duplicated+d.Changed == 0 }

// Against compares what a store holds with what it should hold, byte by byte.
func (c Contents) Against(want Contents) Damage {
	var d Damage
	keys := map[string]bool{}
	for key := range c {
		keys[key] = true
	}
	for key := range want {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		d.compare(key, c[key], want[key])
	}
	return d
}

func (d *Damage) compare(key string, got, want []Item) {
	due, have := map[string][]string{}, map[string]int{}
	for _, item := range want {
		due[item.ID] = append(due[item.ID], item.Text)
	}
	before := *d
	for _, item := range got {
		n := have[item.ID]
		have[item.ID]++
		switch texts := due[item.ID]; {
		case n >= len(texts):
			d.Duplicated++
			d.note("%s: %s is there %d times, want %d: %.300s", key, item.ID, n+1, len(texts), item.Text)
		case texts[n] != item.Text:
			d.Changed++
			d.note("%s: %s is\n%.300s, want\n%.300s", key, item.ID, item.Text, texts[n])
		}
	}
	for _, item := range want {
		if have[item.ID]--; have[item.ID] < 0 {
			d.Lost++
			d.note("%s: %s is missing: %.300s", key, item.ID, item.Text)
		}
	}
	if d.Lost == before.Lost && d.Duplicated == before.Duplicated && d.Changed == before.Changed {
		for i := range want {
			if got[i].ID != want[i].ID {
				d.Changed++
				d.note("%s: entry %d is %s, want %s", key, i, got[i].ID, want[i].ID)
			}
		}
	}
}

// note keeps the first difference.
func (d *Damage) note(format string, args ...any) {
	if d.First == "" {
		d.First = fmt.Sprintf(format, args...)
	}
}
