//go:build !linux

package race

import "time"

// Clock says what the times are of.
const Clock = "time of day"

var started = time.Now()

func now() time.Duration { return time.Since(started) }
