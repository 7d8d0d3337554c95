package server

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// maxDepth bounds how deep arrays and objects may nest.
const maxDepth = 64

// Scanner reads one JSON text (RFC 8259) value by value: no reflection, no
// tree, no copy of the numbers. A key that comes twice is handed out twice, so
// assigning makes the last one win, as in JSON.parse.
//
// Each method consumes exactly one value. One of another kind is consumed too
// and reported as not ok; the caller says what that means. The first break of
// the syntax ends the reading: everything after it is not ok, and Err tells.
type Scanner struct {
	data  []byte
	at    int
	depth int
	err   *Error
}

// NewScanner reads data, which must stay unchanged meanwhile.
func NewScanner(data []byte) *Scanner { return &Scanner{data: data} }

// Err is the break of the syntax, an *Error with CodeMalformed naming the
// byte, or nil.
func (s *Scanner) Err() error {
	if s.err == nil {
		return nil
	}
	return s.err
}

// End consumes white space up to the end of the text; anything else there is
// a break of the syntax.
func (s *Scanner) End() error {
	if c := s.peek(); s.err == nil && (c != 0 || s.at < len(s.data)) {
		s.fail("more text after the value")
	}
	return s.Err()
}

// Kind is the kind of the next value, told by its first byte: { [ " 0 t n
// (number and boolean by one letter each), or 0 where there is none.
func (s *Scanner) Kind() byte {
	switch c := s.peek(); {
	case c == '-' || '0' <= c && c <= '9':
		return '0'
	case c == 'f':
		return 't'
	default:
		return c
	}
}

// Object yields the keys of an object; the loop's body consumes the value of
// each. Where the next value is no object, it is skipped and ok becomes false.
func (s *Scanner) Object(ok *bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		*ok = s.open('{')
		for first := true; *ok && !s.closes('}', &first); {
			key := ""
			if s.peek() == '"' {
				key = s.text()
			} else {
				s.fail("an object's key must be text in double quotes")
			}
			s.expect(':')
			if s.err != nil || !yield(key) {
				return
			}
		}
	}
}

// Array yields the places of an array; the loop's body consumes the value of
// each. Where the next value is no array, it is skipped and ok becomes false.
func (s *Scanner) Array(ok *bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		*ok = s.open('[')
		i := 0
		for first := true; *ok && !s.closes(']', &first); i++ {
			if !yield(i) {
				return
			}
		}
	}
}

// maxGuess bounds what a mere guess makes us allocate.
const maxGuess = 1 << 16

// guess counts a byte in the text ahead, up to the byte end if it is not 0: about
// as many values are to come, if the text is what it should be.
func (s *Scanner) guess(c, end byte) int {
	ahead := s.data[s.at:]
	if at := bytes.IndexByte(ahead, end); end != 0 && at >= 0 {
		ahead = ahead[:at]
	}
	return min(bytes.Count(ahead, []byte{c})+1, maxGuess)
}

// open enters an object or array.
func (s *Scanner) open(c byte) bool {
	if s.peek() != c {
		s.Skip()
		return false
	}
	s.at++
	if s.depth++; s.depth > maxDepth {
		s.fail("nested deeper than " + strconv.Itoa(maxDepth))
	}
	return true
}

// closes tells whether the object or array ends here, and consumes the comma
// where it does not.
func (s *Scanner) closes(c byte, first *bool) bool {
	next := s.peek()
	if s.err != nil {
		return true
	}
	if next == c {
		s.at++
		s.depth--
		return true
	}
	if !*first {
		s.expect(',')
		if s.err == nil && s.peek() == c {
			s.fail("a comma before the end")
		}
	}
	*first = false
	return s.err != nil
}

// Text consumes a string.
func (s *Scanner) Text() (string, bool) {
	if s.peek() != '"' {
		s.Skip()
		return "", false
	}
	v := s.text()
	return v, s.err == nil
}

// Bool consumes true or false.
func (s *Scanner) Bool() (v, ok bool) {
	kind := s.Kind()
	v = s.peek() == 't'
	s.Skip()
	return v, kind == 't' && s.err == nil
}

// Raw consumes any value and returns its text, which shares memory with the
// input.
func (s *Scanner) Raw() []byte {
	s.peek()
	from := s.at
	s.Skip()
	if s.err != nil {
		return nil
	}
	return s.data[from:s.at]
}

// Skip consumes any value.
func (s *Scanner) Skip() {
	ok := true
	switch s.Kind() {
	case '{':
		for range s.Object(&ok) {
			s.Skip()
		}
	case '[':
		for range s.Array(&ok) {
			s.Skip()
		}
	case '"':
		s.text()
	case '0':
		s.number()
	case 't':
		if s.data[s.at] == 't' {
			s.word("true")
		} else {
			s.word("false")
		}
	case 'n':
		s.word("null")
	default:
		s.fail("a value is missing")
	}
}

func (s *Scanner) word(w string) {
	if len(s.data)-s.at < len(w) || string(s.data[s.at:s.at+len(w)]) != w {
		s.fail("not a value")
		return
	}
	s.at += len(w)
}

// peek passes over white space and returns the next byte, 0 at the end.
func (s *Scanner) peek() byte {
	if s.err != nil {
		return 0
	}
	for ; s.at < len(s.data); s.at++ {
		if c := s.data[s.at]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

func (s *Scanner) expect(c byte) {
	if s.peek() != c {
		s.fail("expected " + strconv.QuoteRune(rune(c)))
		return
	}
	s.at++
}

func (s *Scanner) fail(why string) {
	if s.err == nil {
		s.err = &Error{Code: CodeMalformed, Detail: fmt.Sprintf("not JSON: byte %d: %s", s.at, why)}
	}
}

// text consumes a string; the next byte is its quote.
func (s *Scanner) text() string {
	s.at++
	from := s.at
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			raw := s.data[from:s.at]
			s.at++
			if !utf8.Valid(raw) {
				s.fail("text is not UTF-8")
			}
			return string(raw)
		case c == '\\':
			return s.escapedText(from)
		case c < ' ':
			s.fail("a control character in text")
			return ""
		}
	}
	s.fail("text without end")
	return ""
}

// escapedText goes on with a string, begun at from, that holds an escape.
func (s *Scanner) escapedText(from int) string {
	out := append([]byte(nil), s.data[from:s.at]...)
	for s.at < len(s.data) {
		c := s.data[s.at]
		s.at++
		switch {
		case c == '"':
			if !utf8.Valid(out) {
				s.fail("text is not UTF-8")
			}
			return string(out)
		case c < ' ':
			s.fail("a control character in text")
			return ""
		case c == '\\':
			r, ok := s.escape()
			if !ok {
				s.fail("not an escape")
				return ""
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
	s.fail("text without end")
	return ""
}

// escape consumes what follows a backslash. A lone half of a surrogate pair
// becomes U+FFFD.
func (s *Scanner) escape() (rune, bool) {
	if s.at >= len(s.data) {
		return 0, false
	}
	c := s.data[s.at]
	s.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		r, ok := s.hex()
		if ok && utf16.IsSurrogate(r) {
			return s.pair(r), true
		}
		return r, ok
	}
	return 0, false
}

func (s *Scanner) hex() (rune, bool) {
	if len(s.data)-s.at < 4 {
		return 0, false
	}
	v, err := strconv.ParseUint(string(s.data[s.at:s.at+4]), 16, 16)
	s.at += 4
	return rune(v), err == nil
}

func (s *Scanner) pair(high rune) rune {
	back := s.at
	if len(s.data)-s.at >= 6 && s.data[s.at] == '\\' && s.data[s.at+1] == 'u' {
		s.at += 2
		if low, ok := s.hex(); ok {
			if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
				return r
			}
		}
	}
	s.at = back
	return utf8.RuneError
}

// unsafeString views b as a string for the length of a call that keeps nothing.
func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
