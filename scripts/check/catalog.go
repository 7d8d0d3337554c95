package check

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
)

// page writes a catalog as a page of documentation.
func page(title string, c core.Catalog) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: readings, events, parameters\n\nEngine version %s. Made from the package's catalog by `make docs`; do not edit.\n", title, c.Version)
	if len(c.Readings) > 0 {
		b.WriteString("\n## Readings\n\nOne number a bar, absent while it warms up. Warm-up is in bars, with the default parameters.\n\n" +
			"| name | meaning | unit | range | warm-up | from the parameters |\n| --- | --- | --- | --- | ---: | --- |\n")
		for _, r := range c.Readings {
			warm := strconv.Itoa(r.WarmUp)
			if r.WarmUp < 0 {
				warm = "–"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", r.Name, cell(r.Meaning), r.Unit, span(r.Low, r.High, false), warm, cell(r.WarmUpRule))
		}
	}
	if len(c.States) > 0 {
		b.WriteString("\n## States\n\nFlags that may hold for many bars and make no event.\n\n| name | side | meaning |\n| --- | --- | --- |\n")
		for _, s := range c.States {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, s.Side, cell(s.Meaning))
		}
	}
	b.WriteString("\n## Events\n\nWhat is reported on a closed bar.\n\n| kind | side | meaning |\n| --- | --- | --- |\n")
	for _, e := range c.Events {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", e.Kind, e.Side, cell(e.Meaning))
	}
	b.WriteString("\n## Parameters\n\n| name | meaning | kind | default | bounds |\n| --- | --- | --- | --- | --- |\n")
	for _, p := range c.Params {
		value := choice(p, p.Default)
		if p.Kind != core.KindEnum && p.DefaultClassic != p.Default && !math.IsNaN(p.DefaultClassic) {
			value += ", classic " + choice(p, p.DefaultClassic)
		}
		bounds := span(p.Low, p.High, p.LowOpen)
		switch p.Kind {
		case core.KindEnum:
			bounds = strings.Join(p.Choices, ", ")
		case core.KindBool:
			bounds = "true, false"
		}
		if p.Unit != "" {
			bounds += " " + p.Unit
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", p.Name, cell(p.Meaning), p.Kind, value, bounds)
	}
	return b.String()
}

// choice writes a parameter's value as a user would give it.
func choice(p core.ParamInfo, v float64) string {
	switch {
	case math.IsNaN(v):
		return "none"
	case p.Kind == core.KindBool:
		return strconv.FormatBool(v != 0)
	case p.Kind == core.KindEnum && int(v) < len(p.Choices):
		return p.Choices[int(v)]
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// span writes a range; a missing bound is left open.
func span(low, high float64, lowOpen bool) string {
	above := "at least "
	if lowOpen {
		above = "above "
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	switch {
	case math.IsNaN(low) && math.IsNaN(high):
		return "unbounded"
	case math.IsNaN(high):
		return above + number(low)
	case math.IsNaN(low):
		return "at most " + number(high)
	case lowOpen:
		return above + number(low) + " to " + number(high)
	}
	return number(low) + " to " + number(high)
}

// cell keeps a text inside its table cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
