package core

import (
	"math"

	"github.com/quantum-signals/quantum/core/snap"
)

// Resampler makes the closed bars of a higher interval from closed bars of a
// lower one. It is a plain value; copies are independent.
//
//   - In: bars in ascending open time; missing ones are allowed.
//   - Out: first open, greatest high, least low, last close and summed volume
//     of the bars that open within one multiple of the higher interval, UTC,
//     which is the bar's open time.
//
// A higher bar closes with the lower bar that reaches its end or, if none
// does, with the first one beyond it. It counts only if it begins at or after
// the first lower bar: the one in progress at the start is left out, as it
// would lack its beginning.
type Resampler struct {
	lower, higher Interval
	first         int64  // open time of the first lower bar
	end           int64  // where the forming bar ends
	inside        int64  // lower bars that open before this end before it does; least where none is forming
	forming       Candle // its open time is the start
	state         resampling
}

type resampling uint8

const (
	untouched resampling = iota // no bar has come
	between                     // the last higher bar is closed, none is forming
	filling                     // a bar is forming that counts
	skipping                    // one is forming that does not
)

// NewResampler makes bars of the higher interval, which is a multiple of the
// lower one; equal will do. Other intervals are refused with a *Error.
func NewResampler(lower, higher Interval) (Resampler, error) {
	r := Resampler{lower: lower, higher: higher, inside: math.MinInt64}
	if err := lower.Check(); err != nil {
		return r, err
	}
	if higher < lower || higher > MaxInterval || higher%lower != 0 {
		return r, &Error{Code: InvalidParam, Rule: RuleInterval, Field: "higher", Index: -1, Value: float64(higher)}
	}
	return r, nil
}

// Absorb commits a closed lower bar if the higher bar it belongs to has begun
// and goes on after it, and reports whether it did. Most bars are so; the others
// are for Next.
func (r *Resampler) Absorb(bar *Candle) bool {
	if bar.OpenTime >= r.inside {
		return false
	}
	f := &r.forming
	f.High, f.Low, f.Close = max(f.High, bar.High), min(f.Low, bar.Low), bar.Close
	f.Volume += bar.Volume
	return true
}

// Next commits a closed lower bar and writes the higher bars that close with
// it to closed: none, one, or two where the first was left open by a gap.
func (r *Resampler) Next(bar Candle, closed *[2]Candle) int {
	if r.Absorb(&bar) {
		return 0
	}
	n := 0
	if r.state == untouched {
		r.first, r.state = bar.OpenTime, between
	}
	if r.state != between && bar.OpenTime >= r.end {
		n = r.close(closed, n)
	}
	if r.state == between {
		r.begin(&bar)
	} else {
		f := &r.forming
		f.High, f.Low, f.Close = max(f.High, bar.High), min(f.Low, bar.Low), bar.Close
		f.Volume += bar.Volume
	}
	if bar.OpenTime >= r.inside {
		n = r.close(closed, n)
	}
	return n
}

// close ends the forming bar and appends it to closed if it counts. Field by
// field: a processor stalls on a wide load of what narrow stores just wrote.
func (r *Resampler) close(closed *[2]Candle, n int) int {
	if r.state == filling {
		to, f := &closed[n], &r.forming
		to.OpenTime, to.Open, to.High = f.OpenTime, f.Open, f.High
		to.Low, to.Close, to.Volume = f.Low, f.Close, f.Volume
		n++
	}
	r.state, r.inside = between, math.MinInt64
	return n
}

// begin opens the higher bar that holds the lower one.
func (r *Resampler) begin(bar *Candle) {
	higher, start := int64(r.higher), r.end
	if bar.OpenTime < start || bar.OpenTime >= start+higher { // not simply the next one
		start = bar.OpenTime - bar.OpenTime%higher
	}
	if start > bar.OpenTime { // before 1970 the remainder is negative
		start -= higher
	}
	r.end, r.inside, r.state = start+higher, start+higher-int64(r.lower), filling
	if start < r.first {
		r.state = skipping
	}
	f := &r.forming
	f.OpenTime, f.Open, f.High = start, bar.Open, bar.High
	f.Low, f.Close, f.Volume = bar.Low, bar.Close, bar.Volume
}

// Skip commits bars from place from on as Next does, up to the first with
// which a higher bar closes, and returns the place after it and how many
// closed, 0 at the end of c.
func (r *Resampler) Skip(c *Columns, from int, closed *[2]Candle) (to, n int) {
	for to = from; to < len(c.OpenTime); {
		if r.state == filling && c.OpenTime[to] < r.end {
			to = r.fill(c, to)
			if c.OpenTime[to-1] >= r.inside {
				return to, r.close(closed, 0)
			}
			continue
		}
		n = r.Next(Candle{c.OpenTime[to], c.Open[to], c.High[to], c.Low[to], c.Close[to], c.Volume[to]}, closed)
		if to++; n > 0 {
			return to, n
		}
	}
	return to, 0
}

// fill adds the bars that open within the forming bar, and returns the place
// after them. There is one at least.
func (r *Resampler) fill(c *Columns, at int) int {
	opens, highs, lows, volumes := c.OpenTime, c.High[:len(c.OpenTime)], c.Low[:len(c.OpenTime)], c.Volume[:len(c.OpenTime)]
	negHigh, low, volume, end := -r.forming.High, r.forming.Low, r.forming.Volume, r.end
	for ; at < len(opens) && opens[at] < end; at++ {
		negHigh, low = min(negHigh, -highs[at]), min(low, lows[at]) // a maximum would be negated thrice
		volume += volumes[at]
	}
	r.forming.High, r.forming.Low, r.forming.Close, r.forming.Volume = -negHigh, low, c.Close[at-1], volume
	return at
}

// Forming is the higher bar in progress; false if there is none that counts.
func (r *Resampler) Forming() (Candle, bool) { return r.forming, r.state == filling }

// Save writes the state.
func (r *Resampler) Save(w *snap.Writer) {
	w.Int8(int8(r.state))
	w.Int64(r.first)
	w.Int64(r.end)
	f := &r.forming
	w.Int64(f.OpenTime)
	for _, v := range [...]float64{f.Open, f.High, f.Low, f.Close, f.Volume} {
		w.Float(v)
	}
}

// Load reads what Save wrote into a Resampler of the same intervals.
func (r *Resampler) Load(from *snap.Reader) {
	state := from.Int8()
	from.Require(state >= int8(untouched) && state <= int8(skipping))
	r.state = resampling(state)
	r.first, r.end, r.inside = from.Int64(), from.Int64(), math.MinInt64
	if r.state == filling || r.state == skipping {
		r.inside = r.end - int64(r.lower)
	}
	f := &r.forming
	f.OpenTime = from.Int64()
	f.Open, f.High, f.Low, f.Close, f.Volume = from.Float(), from.Float(), from.Float(), from.Float(), from.Float()
}
