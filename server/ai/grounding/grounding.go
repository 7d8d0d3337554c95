// Package grounding holds a text to the numbers of its evidence: every number in
// it has to be there, within the rounding it is shown with.
//
// It checks numbers, not sense: a text may still draw a wrong conclusion from
// right ones. Where a number stands behind the name of a reading or level, it has
// to be a number of that reading.
package grounding

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// Checker knows the numbers a text may state. Safe for concurrent use.
type Checker struct {
	facts     []evidence.Fact
	times     []time.Time
	intervals []core.Interval
	names     []string // words with digits that are no numbers, the longest first
}

// New knows facts, the intervals they are read at and the names that may come
// in the text, such as a market's.
func New(facts []evidence.Fact, intervals []core.Interval, names ...string) *Checker {
	c := &Checker{facts: facts, intervals: intervals}
	for _, f := range facts {
		if f.Unit == "time" {
			c.times = append(c.times, time.UnixMilli(int64(f.Value)).UTC())
		}
	}
	c.names = append(c.names, ownNames()...)
	for _, name := range names {
		c.names = append(c.names, name)
		if _, symbol, ok := strings.Cut(name, ":"); ok {
			c.names = append(c.names, symbol)
		}
	}
	c.names = slices.DeleteFunc(c.names, func(name string) bool { return !strings.ContainsAny(name, "0123456789") })
	slices.SortFunc(c.names, func(a, b string) int { return len(b) - len(a) })
	return c
}

// Of knows what is in the evidence.
func Of(e *evidence.Evidence) *Checker {
	var intervals []core.Interval
	for i := range e.Frames {
		if interval, err := core.ParseInterval(e.Frames[i].Interval); err == nil {
			intervals = append(intervals, interval)
		}
	}
	return New(e.Facts(), intervals, e.Market)
}

// Report is what a text's numbers came to.
type Report struct {
	Numbers int      // found in the text
	Loose   []string // those not in the evidence, as written
}

// Grounded reports whether every number is in the evidence.
func (r Report) Grounded() bool { return len(r.Loose) == 0 }

// Check holds a text to the evidence.
func (c *Checker) Check(text string) Report {
	tokens := c.scan(text)
	r := Report{Numbers: len(tokens)}
	for _, t := range tokens {
		if !c.holds(t) {
			r.Loose = append(r.Loose, t.text)
		}
	}
	return r
}

// holds reports whether any reading of a token is in the evidence.
func (c *Checker) holds(t token) bool {
	if t.when != nil {
		return slices.ContainsFunc(c.times, t.when.matches)
	}
	if t.length > 0 && c.isLength(t.length) {
		return true
	}
	for _, m := range t.meanings {
		if c.hasNumber(t, m) {
			return true
		}
	}
	return false
}

// isLength reports whether a span of time is an interval of the evidence, or as
// many bars of one as a fact counts.
func (c *Checker) isLength(length core.Interval) bool {
	if slices.Contains(c.intervals, length) {
		return true
	}
	for _, f := range c.facts {
		if f.Unit != "bars" && f.Unit != "any" {
			continue
		}
		for _, interval := range c.intervals {
			if core.Interval(f.Value)*interval == length && f.Value == math.Trunc(f.Value) {
				return true
			}
		}
	}
	return false
}

func (c *Checker) hasNumber(t token, m meaning) bool {
	for i := range c.facts {
		f := &c.facts[i]
		if m.fits(f.Unit) && t.speaksOf(f) && t.agrees(f.Value*m.scaleOf(f), m) {
			return true
		}
	}
	return false
}

// agrees reports whether a fact's value is shown as the token shows it. A number
// without a sign may stand for a negative value only where words beside it say
// so.
func (t token) agrees(fact float64, m meaning) bool {
	const slack = 1e-9
	within := func(v float64) bool { return math.Abs(v-m.value) <= m.step/2+slack*math.Abs(m.value) }
	switch {
	case m.value == 0: // shown as nothing, either way
		return within(math.Abs(fact))
	case t.sign != 0:
		return fact*float64(t.sign) >= 0 && within(math.Abs(fact))
	case fact >= 0:
		return within(fact)
	}
	return t.falling && within(-fact)
}
