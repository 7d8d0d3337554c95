package grounding

import (
	"regexp"
	"strconv"
	"strings"
)

// Numbers in words. "One" is left out unless a unit follows: it is mostly no
// number. So are "first", "second" and "half".
var units = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}

var scales = map[string]float64{"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9}

// multiples are words that claim a ratio.
var multiples = map[string]float64{
	"twice": 2, "twofold": 2, "doubled": 2, "doubling": 2, "thrice": 3, "tripled": 3, "threefold": 3, "quadrupled": 4, "tenfold": 10, "halved": 0.5,
}

var (
	wordRun  = regexp.MustCompile(`(?i)\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen|point)(?:(?:[ -]|\s+and\s+)(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|point))*\b`)
	multiple = regexp.MustCompile(`(?i)\b(?:twice|twofold|doubled|doubling|thrice|tripled|threefold|quadrupled|tenfold|halved)\b`)
	wordUnit = regexp.MustCompile(`(?i)^\s?(?:(percent|per cent)\b|[ -]?(bars?|candles?)\b|[ -]?(hours?|minutes?|days?|weeks?)\b)`)
	fraction = regexp.MustCompile(`(?i)^[ -](?:thirds?|quarters?|fifths?|halves)\b`)
	idle     = regexp.MustCompile(`(?i)^[ -](?:sided|way|fold)\b`)
)

func (s *scanner) words() {
	for _, at := range multiple.FindAllStringIndex(s.text, -1) {
		word := s.text[at[0]:at[1]]
		s.keep(at[0], token{text: word, meanings: []meaning{{multiples[strings.ToLower(word)], 0.5, "times"}}})
	}
	for _, at := range wordRun.FindAllStringIndex(s.text, -1) {
		run := strings.ToLower(s.text[at[0]:at[1]])
		value, ok := spell(run)
		after := s.text[at[1]:]
		unit := wordUnit.FindStringSubmatch(after)
		before := strings.TrimRight(s.text[:at[0]], " ")
		_, scaled := scales[run]
		if scaled && before != "" && isDigit(before[len(before)-1]) {
			continue // read with its digits
		}
		if !ok || run == "one" && unit == nil || run == "zero" || idle.MatchString(after) {
			continue
		}
		t := token{text: s.text[at[0]:at[1]], sign: s.signBefore(at[0]), falling: s.falls(at[0], at[1])}
		m := meaning{value, 1, "number"}
		if _, decimals, told := strings.Cut(run, " point "); told {
			m.step = stepOf("0." + strings.Repeat("0", len(strings.Fields(decimals))))
		}
		switch {
		case fraction.MatchString(after):
			m.unit = "none" // two thirds: no evidence is in such parts
		case value > 20 || m.step < 1:
			m.unit = "" // a price or a reading in words
		}
		switch {
		case unit == nil:
		case unit[1] != "":
			m.unit = "percent"
		case unit[2] != "":
			m.unit = "bars"
		default:
			t.length = spanOf(value, unit[3])
		}
		t.meanings = []meaning{m}
		s.keep(at[0], t)
	}
}

// spell reads a number in words.
func spell(run string) (float64, bool) {
	total, part, seen := 0.0, 0.0, false
	fractional := ""
	inFraction := false
	for word := range strings.FieldsFuncSeq(run, func(r rune) bool { return r == ' ' || r == '-' }) {
		if word == "and" {
			continue
		}
		if word == "point" {
			if !seen {
				return 0, false // the word, not a number
			}
			inFraction = true
			continue
		}
		if v, ok := units[word]; ok {
			seen = true
			if inFraction {
				fractional += strconv.Itoa(int(v))
				continue
			}
			part += v
			continue
		}
		if scale, ok := scales[word]; ok {
			if !seen { // "a hundred" is one hundred
				part, seen = 1, true
			}
			if scale == 100 {
				part *= scale
				continue
			}
			total += part * scale
			part = 0
		}
	}
	value := total + part
	if fractional != "" {
		f, err := strconv.ParseFloat("0."+fractional, 64)
		if err != nil {
			return 0, false
		}
		value += f
	}
	return value, seen
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
