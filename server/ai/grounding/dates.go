package grounding

import (
	"regexp"
	"strconv"
	"strings"
)

const monthNames = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`

var (
	isoDate  = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?`)
	dayMonth = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthNames + `\b\.?(?:,? (\d{4}))?(?:,? (?:at )?(\d{1,2}):(\d{2}))?`)
	monthDay = regexp.MustCompile(`(?i)\b` + monthNames + `\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4}))?(?:,? (?:at )?(\d{1,2}):(\d{2}))?`)
	monthly  = regexp.MustCompile(`(?i)\b` + monthNames + `\.? (\d{4})\b`)
	clock    = regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)\b`)
)

// dates takes dates and times of day, UTC as everything here.
func (s *scanner) dates() {
	s.take(isoDate, func(m []string) *calendar {
		return &calendar{integer(m[1]), integer(m[2]), integer(m[3]), integer(m[4]), integer(m[5])}
	})
	s.take(dayMonth, func(m []string) *calendar {
		return &calendar{integer(m[3]), month(m[2]), integer(m[1]), integer(m[4]), integer(m[5])}
	})
	s.take(monthly, func(m []string) *calendar { return &calendar{integer(m[2]), month(m[1]), -1, -1, -1} })
	s.take(monthDay, func(m []string) *calendar {
		return &calendar{integer(m[3]), month(m[1]), integer(m[2]), integer(m[4]), integer(m[5])}
	})
	s.take(clock, func(m []string) *calendar { return &calendar{-1, -1, -1, integer(m[1]), integer(m[2])} })
}

func (s *scanner) take(pattern *regexp.Regexp, read func([]string) *calendar) {
	for _, at := range pattern.FindAllStringSubmatchIndex(s.text, -1) {
		m := make([]string, len(at)/2)
		for i := range m {
			if at[2*i] >= 0 {
				m[i] = s.text[at[2*i]:at[2*i+1]]
			}
		}
		s.keep(at[0], token{text: m[0], when: read(m)})
		s.wipe(at[0], at[1])
	}
}

// year lets a bare number of four digits be a year too.
func (s *scanner) year(t *token, digits string) {
	if len(digits) != 4 || strings.Contains(digits, ".") || t.sign != 0 || t.subject != "" || !strings.HasPrefix(digits, "19") && !strings.HasPrefix(digits, "20") {
		return
	}
	k := &calendar{integer(digits), -1, -1, -1, -1}
	for _, moment := range s.checker.times {
		if k.matches(moment) {
			t.when = k
			return
		}
	}
}

// integer reads a part of a date, -1 where it is not told.
func integer(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func month(name string) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	return strings.Index(names, strings.ToLower(name[:3]))/3 + 1
}
