package main

import (
	"fmt"
	"io"

	"bench/race"
	"bench/series"

	"github.com/quantum-signals/quantum/core"
)

// checked is how many bars the ways are compared over before they race.
const checked = 5000

// measure checks the section's ways against each other, times them, prints the
// table, and returns how its ratios stand to their aims.
func (s *section) measure(w io.Writer, o options) ([]verdict, error) {
	bars := series.Bars(1, checked)
	for _, p := range s.pieces {
		if p.check == nil {
			continue
		}
		if err := p.check(bars); err != nil {
			return nil, err
		}
	}
	t := table{heads: s.heads(), left: 2}
	var verdicts []verdict
	pools := map[int]core.Columns{}
	for i := range s.pieces {
		p := &s.pieces[i]
		sizes := o.sizes
		if p.onlyMost {
			sizes = sizes[len(sizes)-1:]
		}
		for _, n := range sizes {
			room := max(n, o.pool)
			if _, made := pools[room]; !made {
				pools[room] = series.Bars(2, room)
			}
			times := s.time(p, race.Windows(pools[room], n), o.race)
			t.add(s.row(p, n, times)...)
			verdicts = append(verdicts, s.judge(p, n, times)...)
		}
	}
	fmt.Fprintf(w, "\n## %s\n\n%s\n\n", s.title, s.note)
	t.write(w)
	return verdicts, nil
}

// time races the ways a piece has; nil where it has none.
func (s *section) time(p *piece, windows []core.Columns, o race.Options) []*race.Time {
	times := make([]*race.Time, len(s.ways))
	var contestants []race.Contestant
	var places []int
	for i, run := range p.ready(windows[0].Len()) {
		if run != nil {
			contestants = append(contestants, race.Contestant{Name: s.ways[i], Run: run})
			places = append(places, i)
		}
	}
	for i, t := range race.Run(contestants, windows, o) {
		times[places[i]] = &t
	}
	return times
}

func (s *section) heads() []string {
	heads := []string{"", "as", "bars"}
	heads = append(heads, s.ways...)
	for _, r := range s.ratios {
		heads = append(heads, r.head)
	}
	return append(heads, "allocs")
}

// row is one line of the table.
func (s *section) row(p *piece, bars int, times []*race.Time) []string {
	cells := []string{p.name, p.as, grouped(bars)}
	for _, t := range times {
		if t == nil {
			cells = append(cells, "")
			continue
		}
		cells = append(cells, fmt.Sprintf("%s (%s)", digits(t.Median()), digits(t.Best())))
	}
	for _, r := range s.ratios {
		if times[r.of] == nil || times[r.to] == nil {
			cells = append(cells, "")
			continue
		}
		cells = append(cells, fmt.Sprintf("%.2fx", times[r.of].Ratio(*times[r.to])))
	}
	return append(cells, fmt.Sprint(times[0].Allocs))
}

// digits is three significant digits.
func digits(ns float64) string {
	switch {
	case ns < 10:
		return fmt.Sprintf("%.2f", ns)
	case ns < 100:
		return fmt.Sprintf("%.1f", ns)
	}
	return fmt.Sprintf("%.0f", ns)
}
