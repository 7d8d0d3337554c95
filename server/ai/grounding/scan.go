package grounding

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/quantum-signals/quantum/core"
)

// scan finds the numbers of a text: dates first, then spans of time, numbers in
// digits and numbers in words. What one has taken is blank for the next.
func (c *Checker) scan(text string) []token {
	s := &scanner{text: plain(text), checker: c}
	for _, name := range c.names {
		s.blankName(name)
	}
	s.blank(listMarker)
	s.dates()
	s.digits()
	s.words()
	slices.SortStableFunc(s.found, func(a, b placed) int { return a.at - b.at })
	tokens := make([]token, len(s.found))
	for i, f := range s.found {
		tokens[i] = f.token
	}
	return tokens
}

// listMarker is the number of an item of a list.
var listMarker = regexp.MustCompile(`(?m)^[ \t]*\d{1,2}[.)][ \t]`)

// plain writes a text with ASCII digits, one kind of minus and no invisible
// characters, so that no writing of a number escapes.
func plain(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(vulgar.Replace(text)) {
		switch {
		case unicode.Is(unicode.Cf, r), r == '*', r == '`': // joiners, marks of direction, emphasis within a number
		case r > unicode.MaxASCII && unicode.Is(unicode.Nd, r):
			b.WriteByte('0' + digitValue(r))
		case r == '−' || r == '‒' || r == '﹣':
			b.WriteByte('-')
		case r == '–' || r == '—':
			b.WriteString("–")
		case r == '’' || r == '‘':
			b.WriteByte('\'')
		case r == '\u00a0' || r == '\u2009' || r == '\u202f':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// vulgar writes the fractions that are one character as decimals.
var vulgar = strings.NewReplacer("½", ".5", "¼", ".25", "¾", ".75")

// digitValue is the digit a decimal character of any script stands for: ten of
// a script stand in a row.
func digitValue(r rune) byte {
	zero := r
	for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
		zero--
	}
	return byte(r - zero)
}

type placed struct {
	at int
	token
}

type scanner struct {
	text    string
	checker *Checker
	found   []placed
}

func (s *scanner) wipe(from, to int) {
	s.text = s.text[:from] + strings.Repeat(" ", to-from) + s.text[to:]
}

func (s *scanner) blank(pattern *regexp.Regexp) {
	for _, at := range pattern.FindAllStringIndex(s.text, -1) {
		s.wipe(at[0], at[1])
	}
}

// blankName takes out a name where it stands as a word, in any case, and keeps
// what a number behind it may be said of.
func (s *scanner) blankName(name string) {
	lower, name := strings.ToLower(s.text), strings.ToLower(name)
	if len(lower) != len(s.text) {
		return // a letter that changes length: nothing is taken out, so more is checked
	}
	for from := 0; ; {
		i := strings.Index(lower[from:], name)
		if i < 0 {
			return
		}
		i += from
		from = i + len(name)
		if !isWord(lower, i-1) && !isWord(lower, from) {
			letters := strings.Map(func(r rune) rune {
				if unicode.IsDigit(r) {
					return '_'
				}
				return r
			}, s.text[i:from])
			s.text = s.text[:i] + letters + s.text[from:]
		}
	}
}

func isWord(text string, i int) bool {
	if i < 0 || i >= len(text) {
		return false
	}
	c := text[i]
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// numeral is digits with separators of thousands, a fraction and an exponent.
var numeral = regexp.MustCompile(`(?:\d{1,3}(?:[,']\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+`)

// spaced is digits in groups of three with blanks between.
var spaced = regexp.MustCompile(`^\d{1,3}(?: \d{3})+(?:\.\d+)?`)

// suffix is what stands behind a number and belongs to it.
var suffix = regexp.MustCompile(`(?i)^(?:\s?(%|percent\b|per cent\b|pct\b|percentage points?\b|bps\b|basis points?\b)|\s?(k|thousand|m|mn|million|b|bn|billion)\b|\s?(x|×|times)(?:\W|$)|[ -]?(bars?|candles?)\b|[ -]?(s|sec|seconds?|min|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\b|(st|nd|rd|th)\b)`)

func (s *scanner) digits() {
	for from := 0; from < len(s.text); {
		at := numeral.FindStringIndex(s.text[from:])
		if at == nil {
			return
		}
		start, end := from+at[0], from+at[1]
		if wide := spaced.FindStringIndex(s.text[start:]); wide != nil && start+wide[1] > end {
			joined := s.number(start, start+wide[1])
			if s.checker.holds(joined) {
				s.keep(start, joined)
				from = start + wide[1]
				continue
			}
		}
		t := s.number(start, end)
		s.keep(start, t)
		from = end
	}
}

func (s *scanner) keep(at int, t token) { s.found = append(s.found, placed{at, t}) }

// number reads the numeral at a place with what stands around it.
func (s *scanner) number(start, end int) token {
	digits := strings.NewReplacer(",", "", "'", "", " ", "").Replace(s.text[start:end])
	value, err := strconv.ParseFloat(digits, 64)
	t := token{text: strings.TrimSpace(s.text[start:end])}
	if err != nil {
		return t // no reading: it is in no evidence
	}
	step := stepOf(digits)
	if s.isAbout(start) {
		step = max(step, zeros(digits))
	}
	t.sign, t.falling, t.subject = s.signBefore(start), s.falls(start, end), s.subjectOf(start)
	money := start > 0 && strings.ContainsRune("$€£¥", lastRune(strings.TrimRight(s.text[:start], "+-– ")))
	m := suffix.FindStringSubmatch(s.text[end:])
	if m == nil {
		m = s.shared(end)
	} else {
		t.text += strings.TrimRight(m[0], " \n.,;:)!?")
	}
	unit := ""
	if money {
		unit = "quote"
	}
	plainly := meaning{value, step, unit}
	if m == nil {
		t.meanings = []meaning{plainly}
		s.year(&t, digits)
		return t
	}
	switch {
	case m[1] != "":
		unit := strings.ToLower(m[1])
		if strings.HasPrefix(unit, "b") {
			value, step = value/100, step/100
		}
		t.meanings = []meaning{{value, step, "percent"}}
		t.subject = ""
	case m[2] != "":
		by := thousands(m[2])
		t.meanings = []meaning{{value * by, step * by, unit}}
		if m[2] == "m" {
			t.length = core.Interval(value) * core.Minute
		}
	case m[3] != "":
		t.meanings = []meaning{{value, step, "times"}}
		if strings.EqualFold(m[3], "times") {
			t.meanings = append(t.meanings, meaning{value, step, "number"})
		}
		t.subject = ""
	case m[4] != "":
		t.meanings, t.subject, t.sign = []meaning{{value, step, "bars"}}, "", 0 // "crossed down 3 bars ago" has no sign
	case m[5] != "":
		t.length = spanOf(value, m[5])
		if t.length == 0 {
			t.meanings = []meaning{plainly}
		}
	default:
		t.meanings, t.subject = []meaning{{value, step, "number"}}, ""
	}
	return t
}

// shared is the suffix of a range's second number, which speaks for the first:
// 2 to 3%, 42–43k.
func (s *scanner) shared(end int) []string {
	m := regexp.MustCompile(`^\s?(?:-|–|to|and|/)\s?[-+]?` + `(?:\d{1,3}(?:[,']\d{3})+|\d+)(?:\.\d+)?`).FindStringIndex(s.text[end:])
	if m == nil {
		return nil
	}
	of := suffix.FindStringSubmatch(s.text[end+m[1]:])
	if of == nil || of[1] == "" && of[2] == "" {
		return nil
	}
	return of
}

// stepOf is the place of a numeral's last digit.
func stepOf(digits string) float64 {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(digits), "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	power, _ := strconv.Atoi(exponent)
	return math.Pow10(power - len(fraction))
}

// zeros is the place of the last digit that is not 0, for numbers said to be
// about.
func zeros(digits string) float64 {
	trimmed := strings.TrimRight(digits, "0")
	if strings.ContainsAny(digits, ".eE") || trimmed == "" {
		return 0
	}
	return math.Pow10(len(digits) - len(trimmed))
}

func thousands(word string) float64 {
	switch strings.ToLower(word)[0] {
	case 'k', 't':
		return 1e3
	case 'm':
		return 1e6
	}
	return 1e9
}

func spanOf(value float64, word string) core.Interval {
	unit := map[byte]core.Interval{'s': core.Second, 'm': core.Minute, 'h': core.Hour, 'd': core.Day, 'w': core.Week}[strings.ToLower(word)[0]]
	return core.Interval(value * float64(unit))
}

func lastRune(s string) rune {
	r := []rune(s)
	if len(r) == 0 {
		return 0
	}
	return r[len(r)-1]
}
