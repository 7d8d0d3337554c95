package core

// Interval is the length of one bar in milliseconds.
type Interval int64

// Common intervals. Any whole number of seconds up to four weeks will do.
const (
	Second Interval = 1000
	Minute          = 60 * Second
	Hour            = 60 * Minute
	Day             = 24 * Hour
	Week            = 7 * Day

	// MaxInterval bounds what ParseInterval and Check accept.
	MaxInterval = 4 * Week
)

var units = [...]struct {
	suffix byte
	length Interval
}{{'w', Week}, {'d', Day}, {'h', Hour}, {'m', Minute}, {'s', Second}}

// ParseInterval reads an interval as written in the API: a whole number and
// one of s, m, h, d, w, as in "1m", "4h" or "1d". The error is a *Error on
// field "interval".
func ParseInterval(s string) (Interval, error) {
	bad := &Error{Code: InvalidParam, Field: "interval", Index: -1, Value: Absent(), Text: s, Rule: RuleInterval}
	if len(s) < 2 || len(s) > 8 || s[0] == '0' {
		return 0, bad
	}
	var count Interval
	for i := 0; i < len(s)-1; i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, bad
		}
		count = 10*count + Interval(s[i]-'0')
	}
	for _, u := range units {
		if s[len(s)-1] == u.suffix {
			interval := count * u.length
			return interval, interval.Check()
		}
	}
	return 0, bad
}

// Check reports whether the interval is a whole number of seconds from one
// second to MaxInterval.
func (i Interval) Check() error {
	if i < Second || i > MaxInterval || i%Second != 0 {
		return &Error{Code: InvalidParam, Field: "interval", Index: -1, Value: float64(i), Rule: RuleInterval}
	}
	return nil
}

// String writes the interval in its greatest whole unit: 3600000 is "1h".
func (i Interval) String() string {
	for _, u := range units {
		if i > 0 && i%u.length == 0 {
			return itoa(int64(i/u.length)) + string(rune(u.suffix))
		}
	}
	return itoa(int64(i)) + "ms"
}

// itoa keeps strconv out of the wasm module.
func itoa(v int64) string {
	if v < 0 {
		return "-" + itoa(-v)
	}
	var buf [20]byte
	at := len(buf)
	for {
		at--
		buf[at] = byte('0' + v%10)
		if v /= 10; v == 0 {
			return string(buf[at:])
		}
	}
}
