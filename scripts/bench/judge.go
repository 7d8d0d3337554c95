package main

import (
	"fmt"
	"io"

	"bench/race"
)

// verdict is how one ratio of one piece stands to its aim.
type verdict struct {
	section string
	ratio   ratio
	piece   string
	bars    int
	value   float64
}

func (v verdict) met() bool {
	if v.ratio.atLeast {
		return v.value >= v.ratio.aim
	}
	return v.value <= v.ratio.aim
}

// judge is the verdicts of one piece, of those ratios that have an aim.
func (s *section) judge(p *piece, bars int, times []*race.Time) []verdict {
	var verdicts []verdict
	for _, r := range s.ratios {
		if r.aim == 0 || bars < r.judgedAt || times[r.of] == nil || times[r.to] == nil {
			continue
		}
		verdicts = append(verdicts, verdict{s.title, r, p.name + ", " + p.as, bars, times[r.of].Ratio(*times[r.to])})
	}
	return verdicts
}

// writeVerdicts lists, a section a line, the aim, how many ratios meet it, and
// below it every one that does not.
func writeVerdicts(w io.Writer, verdicts []verdict) {
	if len(verdicts) == 0 {
		return
	}
	fmt.Fprint(w, "\n## Aims\n\n")
	for at := 0; at < len(verdicts); {
		end, met := at, 0
		for ; end < len(verdicts) && verdicts[end].section == verdicts[at].section; end++ {
			if verdicts[end].met() {
				met++
			}
		}
		first := verdicts[at]
		bound := "at most"
		if first.ratio.atLeast {
			bound = "at least"
		}
		fmt.Fprintf(w, "- %s: %s %.4g, met by %d of %d\n", first.section, bound, first.ratio.aim, met, end-at)
		for _, v := range verdicts[at:end] {
			if !v.met() {
				fmt.Fprintf(w, "  - not by %s, %s bars: %.2f\n", v.piece, grouped(v.bars), v.value)
			}
		}
		at = end
	}
}
