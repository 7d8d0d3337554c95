package hub

import "time"

// bucket is a token bucket: rate a second on average, burst at once.
type bucket struct {
	rate, burst, tokens float64
	at                  time.Time
}

func newBucket(rate float64, burst int, now time.Time) bucket {
	return bucket{rate, float64(burst), float64(burst), now}
}

// take takes one token, if there is one.
func (b *bucket) take(now time.Time) bool {
	b.tokens = min(b.burst, b.tokens+float64(now.Sub(b.at).Seconds()*b.rate))
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
