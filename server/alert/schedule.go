package alert

import "time"

// pauses are the waits before the second attempt, the third …; the last goes on
// to the end.
var pauses = [...]time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// horizon is how long a message is tried.
const horizon = 24 * time.Hour

// next is when a message is tried again after so many attempts, the last of them
// now. It is false where the time is up: the last attempt is at the horizon.
// jitter is from 0 to 1.
func next(attempts int, since, now time.Time, after time.Duration, jitter float64) (time.Time, bool) {
	end := since.Add(horizon)
	if !now.Before(end) {
		return time.Time{}, false
	}
	pause := pauses[min(attempts, len(pauses))-1]
	pause += time.Duration(jitter * float64(pause) / 10)
	at := now.Add(max(pause, after))
	if at.After(end) {
		at = end
	}
	return at, true
}
