package core

// MaxOpenTime is the greatest magnitude of an open time in milliseconds, that
// of JavaScript's dates: about 270,000 years. It keeps sums of times inside
// int64 and every time exact as a float64.
const MaxOpenTime = 8_640_000_000_000_000

// CheckOpenTime reports whether the open time of the bar at place index is at
// most MaxOpenTime in magnitude. The error is a *Error.
func CheckOpenTime(open int64, index int) error {
	if -MaxOpenTime <= open && open <= MaxOpenTime {
		return nil
	}
	return &Error{
		Code: InvalidBar, Rule: RuleRange, Field: "open_time", Index: index,
		Value: float64(open), Low: -MaxOpenTime, High: MaxOpenTime,
	}
}
