package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// sayEvery is the time between plain lines of progress.
const sayEvery = 5 * time.Second

// progress shows how far long work has come: a bar on a terminal, plain lines
// elsewhere.
type progress struct {
	out   io.Writer
	total int
	unit  string
	bar   *progressbar.ProgressBar // nil where out is no terminal

	done, skipped int
	began, said   time.Time
}

func newProgress(out io.Writer, total int, unit string) *progress {
	p := &progress{out: out, total: total, unit: unit}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(out), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return p
}

// begin starts at nothing.
func (p *progress) begin() {
	p.done, p.skipped = 0, 0
	p.began = time.Now()
	p.said = p.began
	if p.bar != nil {
		p.bar.Reset()
	}
}

// skip counts what was done before.
func (p *progress) skip(n int) {
	p.skipped += n
	p.show(n)
}

func (p *progress) add(n int) {
	p.done += n
	p.show(n)
	if p.bar == nil && time.Since(p.said) >= sayEvery {
		p.said = time.Now()
		fmt.Fprintf(p.out, "%d of %d %s\n", p.done+p.skipped, p.total, p.unit)
	}
}

func (p *progress) show(n int) {
	if p.bar != nil {
		_ = p.bar.Add(n) // a terminal that is gone is nobody's failure
	}
}

// end tells what was done.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		fmt.Fprintln(p.out)
	}
	took := time.Since(p.began)
	text := fmt.Sprintf("%d %s in %v", p.done, p.unit, took.Round(time.Millisecond))
	if p.skipped > 0 {
		text += fmt.Sprintf(", %d were there before", p.skipped)
	}
	fmt.Fprintln(p.out, text)
}
