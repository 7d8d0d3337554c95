package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// table prints one line for each case and one column for each of the hosts:
// values compared and, after the stroke, bits, events and snapshots that
// differ. Below it what each host compared in all.
func table(p place, hosts []string, out io.Writer) error {
	byHost := map[string]map[string]row{}
	var cases []testCase
	if err := readJSON(p.dir+"/cases.json", &cases); err != nil {
		return err
	}
	var errs []error
	all := append([]string(nil), hosts...)
	for _, host := range hosts {
		all = append(all, host+", back")
	}
	for _, host := range all {
		var rows []row
		if err := readJSON(p.rows(host), &rows); err != nil {
			return err
		}
		byHost[host] = map[string]row{}
		for _, r := range rows {
			byHost[host][r.Case] = r
			if r.differing() > 0 {
				errs = append(errs, fmt.Errorf("%s, %s: %s", r.Host, r.Case, r.First))
			}
		}
	}

	lines := [][]string{append([]string{"compared/differing"}, hosts...)}
	for _, c := range cases {
		line := []string{c.Name}
		for _, host := range hosts {
			r, ok := byHost[host][c.Name]
			if !ok || r.Readings == 0 {
				errs = append(errs, fmt.Errorf("%s did not run %s", host, c.Name))
			}
			line = append(line, fmt.Sprintf("%d/%d", r.Readings+r.Events+r.Snapshots, r.differing()))
		}
		lines = append(lines, line)
	}
	printTable(out, lines)

	fmt.Fprintln(out)
	lines = [][]string{{"host", "cases", "readings", "bits differing", "events", "differing", "snapshots", "differing"}}
	for _, host := range all {
		sum := row{}
		for _, r := range byHost[host] {
			sum.Readings += r.Readings
			sum.ReadingsDiffering += r.ReadingsDiffering
			sum.Events += r.Events
			sum.EventsDiffering += r.EventsDiffering
			sum.Snapshots += r.Snapshots
			sum.SnapshotsDiffering += r.SnapshotsDiffering
		}
		line := []string{host}
		for _, n := range []int{
			len(byHost[host]), sum.Readings, sum.ReadingsDiffering, sum.Events, sum.EventsDiffering, sum.Snapshots, sum.SnapshotsDiffering,
		} {
			line = append(line, fmt.Sprint(n))
		}
		lines = append(lines, line)
	}
	printTable(out, lines)
	return errors.Join(errs...)
}

// printTable prints lines as a Markdown table, the first of them its head.
func printTable(out io.Writer, lines [][]string) {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for n, line := range lines {
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-len(cell))
			if i == 0 {
				cell += pad
			} else {
				cell = pad + cell
			}
			fmt.Fprintf(out, "| %s ", cell)
		}
		fmt.Fprintln(out, "|")
		if n == 0 {
			for i, width := range widths {
				rule := strings.Repeat("-", width+1) + ":"
				if i == 0 {
					rule = strings.Repeat("-", width+2)
				}
				fmt.Fprintf(out, "|%s", rule)
			}
			fmt.Fprintln(out, "|")
		}
	}
}
