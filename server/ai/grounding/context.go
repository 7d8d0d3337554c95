package grounding

import (
	"regexp"
	"strings"
)

var (
	about   = regexp.MustCompile(`(?i)(?:\babout|\baround|\broughly|\bnear|\bapproximately|\bnearly|\balmost|\bsome|~|≈)\s*[$€£¥]?$`)
	lowered = regexp.MustCompile(`(?i)\b(?:down|fell|fallen|falls|lost|loses|dropped|drops|declined|minus|negative|shed|slid|slipped|sank|tumbled|plunged|dipped|eased|slumped|retreated|weakened|gave back)\s+(?:by\s+|of\s+)?[$€£¥]?$`)
	raised  = regexp.MustCompile(`(?i)\b(?:up|rose|risen|rises|gained|gains|climbed|plus|positive|added|jumped|rallied|surged|advanced|bounced|recovered)\s+(?:by\s+|of\s+)?[$€£¥]?$`)
	falling = regexp.MustCompile(`(?i)\b(?:down|fell|fall|fallen|falls|falling|drop|dropped|drops|lost|lose|loss|loses|lower|below|under|beneath|declined?|declines|shed|slid|slide|slips?|slipped|sank|tumbled|plunged|dip|dips|dipped|eased|slumped|retreated|weakened|gave back|negative|minus|against|adverse|drawdown|discount|short of|off|bear|bearish|worst|selling|sellers)\b`)
	inARow  = regexp.MustCompile(`^[\s,/&]*(?:and|or|to)?[\s,/&]*$`)
	clause  = regexp.MustCompile(`[.;:!?]\s|\n|\)\s`)
)

// isAbout tells that a number is said to be rounded.
func (s *scanner) isAbout(start int) bool {
	return about.MatchString(s.text[max(0, start-wordsBefore):start])
}

// wordsBefore is how far before a number the words beside it are looked for, and
// reach how far its clause goes at most, in bytes.
const wordsBefore, reach = 40, 300

// signBefore is the sign a number is written with, or the way the word before it
// tells. A hyphen behind a digit or a letter is no sign.
func (s *scanner) signBefore(start int) int {
	before := strings.TrimRight(s.text[max(0, start-wordsBefore):start], "$€£¥")
	switch {
	case strings.HasSuffix(before, "+"):
		return 1
	case strings.HasSuffix(before, "-"), strings.HasSuffix(before, "–"):
		head := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(before, "-"), "–"), "$€£¥")
		if head == "" || !isWord(head, len(head)-1) && !strings.HasSuffix(head, "%") && !strings.HasSuffix(head, ")") {
			if strings.HasSuffix(before, "–") && strings.HasSuffix(head, " ") && isRange(head) {
				return 0
			}
			return -1
		}
	case lowered.MatchString(before):
		return -1
	case raised.MatchString(before):
		return 1
	}
	return 0
}

// isRange tells that a dash behind a blank stands between two numbers.
func isRange(head string) bool {
	head = strings.TrimRight(head, " ")
	return head != "" && (head[len(head)-1] >= '0' && head[len(head)-1] <= '9' || head[len(head)-1] == '%')
}

// around is the clause a place stands in.
func (s *scanner) around(start, end int) (before, after string) {
	before, after = s.text[max(0, start-reach):start], s.text[end:min(len(s.text), end+reach)]
	if cuts := clause.FindAllStringIndex(before, -1); len(cuts) > 0 {
		before = before[cuts[len(cuts)-1][1]:]
	}
	if cut := clause.FindStringIndex(after); cut != nil {
		after = after[:cut[0]]
	}
	return before, after
}

// falls tells whether the clause around a number speaks of a fall.
func (s *scanner) falls(start, end int) bool {
	before, after := s.around(start, end)
	return falling.MatchString(before) || falling.MatchString(after)
}

// subjectOf is the reading or level named last before a number in its clause,
// where no other number stands between.
func (s *scanner) subjectOf(start int) string {
	before, _ := s.around(start, start)
	before = strings.ToLower(before)
	const near = 60 // letters: further off it may be said of something else
	if len(before) > near {
		before = before[len(before)-near:]
	}
	best, subject, named := -1, "", []int{}
	for i := range subjects {
		for _, word := range subjects[i].words {
			word = strings.NewReplacer("1", "_", "2", "_").Replace(word)
			at := strings.LastIndex(before, word)
			if at < 0 || isWord(before, at-1) || isWord(before, at+len(word)) {
				continue
			}
			named = append(named, at+len(word))
			if at > best {
				best, subject = at, subjects[i].subject
			}
		}
	}
	for _, end := range named { // named in a row, numbers may come in a row too
		if end <= best && inARow.MatchString(before[end:best]) {
			return ""
		}
	}
	if best >= 0 && (numeral.MatchString(before[best:]) || strings.ContainsAny(before[best:], ",") && !strings.Contains(before[best:], ", at")) {
		return ""
	}
	return subject
}
