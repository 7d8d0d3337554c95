package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bench/accuracy"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// intervals are the bars a profile is judged from.
var intervals = [...]core.Interval{core.Minute, 5 * core.Minute, core.Hour}

// session is one day of trades of one file.
type session struct {
	file   string
	trades volume.Trades
}

// errorsOf is what a layout of rows and a spread give: of each session, the
// error by interval.
type errorsOf struct {
	rows     int
	spread   volume.Spread
	sessions [][len(intervals)]accuracy.Error
}

// compareProfiles is the command accuracy: it prints how far profiles from bars
// are off the exact ones from the same trades, one session a day.
func compareProfiles(w io.Writer, args []string) error {
	f := flag.NewFlagSet("bench accuracy", flag.ContinueOnError)
	files := f.String("trades", "", "files of trades, comma-separated: CSV of time,price,size,side, .gz or not")
	rowCounts := f.String("rows", "24,100", "rows of the profiles, comma-separated")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *files == "" {
		return errors.New("accuracy: -trades names no file")
	}
	var layouts []errorsOf
	for field := range strings.SplitSeq(*rowCounts, ",") {
		rows, err := strconv.Atoi(field)
		if err != nil {
			return fmt.Errorf("accuracy: -rows: %q is not a whole number", field)
		}
		layouts = append(layouts, errorsOf{rows: rows, spread: volume.Uniform}, errorsOf{rows: rows, spread: volume.Close})
	}
	sessions, err := readSessions(strings.Split(*files, ","))
	if err != nil {
		return err
	}
	for i := range layouts {
		if err := layouts[i].fill(sessions); err != nil {
			return err
		}
	}
	fmt.Fprint(w, `# How good profiles from bars are

Each session is a UTC day of real trades. Its exact profile, from the trades, is
the yardstick; the bars are made of the same trades. Wrong row: the share of the
volume that lies in another row than it traded in (total variation distance).
POC, VAH, VAL: rows too high (+) or too low (-).
`)
	layouts[0].write(w, sessions)
	writeMeans(w, layouts)
	return nil
}

func readSessions(files []string) ([]session, error) {
	var sessions []session
	for _, file := range files {
		trades, err := accuracy.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		for _, day := range accuracy.Days(trades) {
			sessions = append(sessions, session{name, day})
		}
	}
	return sessions, nil
}

func (e *errorsOf) fill(sessions []session) error {
	p := volume.Default()
	p.Rows, p.Spread = e.rows, e.spread
	for _, s := range sessions {
		var byInterval [len(intervals)]accuracy.Error
		for i, interval := range intervals {
			off, err := accuracy.Of(p, s.trades, interval)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", s.file, s.day(), err)
			}
			byInterval[i] = off
		}
		e.sessions = append(e.sessions, byInterval)
	}
	return nil
}

func (s session) day() string { return time.UnixMilli(s.trades.Time[0]).UTC().Format(time.DateOnly) }

// write prints one line a session.
func (e *errorsOf) write(w io.Writer, sessions []session) {
	fmt.Fprintf(w, "\n## %d rows, volume laid %s\n\n", e.rows, e.laid())
	t := table{heads: []string{"trades of", "day", "trades"}, left: 2}
	for _, interval := range intervals {
		t.heads = append(t.heads, interval.String()+": wrong row", "POC", "VAH", "VAL")
	}
	for i, s := range sessions {
		cells := []string{s.file, s.day(), grouped(s.trades.Len())}
		for _, off := range e.sessions[i] {
			cells = append(cells, percent(off.Variation), signed(off.POC), signed(off.VAH), signed(off.VAL))
		}
		t.add(cells...)
	}
	t.write(w)
}

// writeMeans prints the means over all sessions, one line a layout.
func writeMeans(w io.Writer, layouts []errorsOf) {
	fmt.Fprintf(w, "\n## Means of %d sessions, rows off either way\n\n", len(layouts[0].sessions))
	t := table{heads: []string{"rows", "volume laid"}, left: 2}
	for _, interval := range intervals {
		t.heads = append(t.heads, interval.String()+": wrong row", "POC", "VAH", "VAL")
	}
	for _, e := range layouts {
		cells := []string{fmt.Sprint(e.rows), e.laid()}
		for i := range intervals {
			var all []accuracy.Error
			for _, byInterval := range e.sessions {
				all = append(all, byInterval[i])
			}
			m := accuracy.MeanOf(all)
			cells = append(cells, percent(m.Variation), digits(m.POC), digits(m.VAH), digits(m.VAL))
		}
		t.add(cells...)
	}
	t.write(w)
}

func (e *errorsOf) laid() string {
	if e.spread == volume.Close {
		return "to the close"
	}
	return "evenly"
}

func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

func signed(rows int) string {
	if rows == 0 {
		return "0"
	}
	return fmt.Sprintf("%+d", rows)
}
