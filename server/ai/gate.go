package ai

import (
	"regexp"
	"strings"

	"github.com/quantum-signals/quantum/server/ai/grounding"
)

// gate passes streamed text on sentence by sentence, each once it is whole and
// grounded. At the first that is not it shuts.
type gate struct {
	check *grounding.Checker
	pass  func(sentence string)
	held  strings.Builder // of the sentence under way
	loose []string        // why it is shut
	sent  bool
}

// sentenceEnd is where a sentence is over: a mark and a blank, or a new line. A
// point inside a number has no blank behind it.
var sentenceEnd = regexp.MustCompile(`[.!?]["')\]]*\s+|\n+`)

func (g *gate) shut() bool { return len(g.loose) > 0 }

// add takes a piece of text.
func (g *gate) add(text string) {
	if g.shut() {
		return
	}
	g.held.WriteString(text)
	for {
		held := g.held.String()
		at := sentenceEnd.FindStringIndex(held)
		if at == nil || at[1] == len(held) && !strings.HasSuffix(held, "\n") {
			return // the blank may be followed by more of it
		}
		g.held.Reset()
		g.held.WriteString(held[at[1]:])
		if g.let(held[:at[1]]); g.shut() {
			return
		}
	}
}

// end lets out what is left.
func (g *gate) end() {
	if !g.shut() {
		rest := g.held.String()
		g.held.Reset()
		g.let(rest)
	}
}

func (g *gate) let(sentence string) {
	if g.loose = g.check.Check(sentence).Loose; g.shut() {
		return
	}
	if sentence = disclaimer.ReplaceAllString(sentence, ""); strings.TrimSpace(sentence) != "" {
		g.sent = true
		g.pass(sentence)
	}
}
