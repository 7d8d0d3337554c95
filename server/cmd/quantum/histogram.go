package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/quantum-signals/quantum/core/volume"
)

// barWidth is the length of the longest bar of a histogram, in characters: with
// the prices it fits a terminal of 80.
const barWidth = 40

// writeHistogram draws a profile for a person, highest price first: volume of
// up bars solid, of down bars shaded, the levels named at their rows.
func writeHistogram(w *bufio.Writer, p *volume.Profile) error {
	most := 0.0
	for i := range p.Len() {
		most = max(most, p.Up[i]+p.Down[i])
	}
	for i := p.Len() - 1; i >= 0; i-- {
		up, down := 0, 0
		if most > 0 {
			// The ends are rounded, so that the two parts add up to the whole.
			whole := int((p.Up[i]+p.Down[i])/most*barWidth + 0.5)
			up = int(p.Up[i]/most*barWidth + 0.5)
			down = max(whole-up, 0)
		}
		side := "  "
		if inValueArea(p, i) {
			side = "│ "
		}
		line := fmt.Sprintf("%12s %s%s%s%s %s", rounded(p.Edges[i]), side,
			strings.Repeat("█", up), strings.Repeat("░", down), strings.Repeat(" ", barWidth-min(up+down, barWidth)), marks(p, i))
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nPOC %s  VAH %s  VAL %s  %s of %s inside\nVWAP %s ± %s  %d rows from %d %s  █ up ░ down │ value area\n",
		rounded(p.POC), rounded(p.VAH), rounded(p.VAL), rounded(p.Enclosed), rounded(p.Total),
		rounded(p.VWAP), rounded(p.SD), p.Len(), p.Count, p.Source)
	return err
}

// marks names the levels at row i.
func marks(p *volume.Profile, i int) string {
	var names []string
	if isPOC(p, i) {
		names = append(names, "POC "+rounded(p.POC))
	}
	if p.Edges[i+1] == p.VAH {
		names = append(names, "VAH "+rounded(p.VAH))
	}
	if p.Edges[i] == p.VAL {
		names = append(names, "VAL "+rounded(p.VAL))
	}
	for _, n := range p.HighNodes {
		if n.Row == i && !isPOC(p, i) {
			names = append(names, "HVN")
		}
	}
	for _, n := range p.LowNodes {
		if n.Row == i {
			names = append(names, "LVN")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "◀ " + strings.Join(names, ", ")
}
