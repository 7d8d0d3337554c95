package feed

import (
	"github.com/quantum-signals/quantum/core"
)

// A simulated day is a pure function of seed and day, in whole numbers: any bar
// is found by making its day, and every machine makes the same one.
const (
	dayMinutes   = 1440
	minuteSteps  = 6 // moves of the price within a minute
	daySteps     = dayMinutes * minuteSteps
	tickShare    = 100  // a tick is a hundredth of the quote currency
	lotShare     = 1000 // a lot is a thousandth of the base currency
	fine         = 1024 // parts of a tick the walk is counted in
	usualPPM     = 380  // usual move of a minute, in millionths of the price
	leastPPM     = 60
	mostPPM      = 4500
	gaussSpread  = 37837 // standard deviation of gauss
	millisInADay = int64(core.Day)
)

// sim makes the days of one market.
type sim struct {
	seed uint64
	base int64 // price about which the market wanders, in ticks
}

// newSim makes a market of a name. Its price lies between 1 and 50,000.
func newSim(seed uint64, name string) sim {
	h := mix(seed)
	for i := range len(name) {
		h = mix(h ^ uint64(name[i]))
	}
	scale := [5]int64{1, 10, 100, 1_000, 10_000}[h%5]
	return sim{seed: h, base: scale * (1 + int64(h>>8%5)) * tickShare}
}

// mix is the finaliser of SplitMix64: equal numbers in, unrelated ones out.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// random is a number that belongs to a purpose and a place.
func (s sim) random(purpose, place int64) uint64 {
	return mix(s.seed ^ mix(uint64(purpose)<<48^uint64(place)))
}

// gauss makes a bell of a random number: mean 0, deviation gaussSpread, at most
// 131070 either way.
func gauss(r uint64) int64 {
	return int64(r&0xffff+r>>16&0xffff+r>>32&0xffff+r>>48) - 2*65535
}

// wander is a smooth random line through the days, from -amplitude to
// amplitude, with a turn each period.
func (s sim) wander(purpose, day, period, amplitude int64) int64 {
	knot := func(n int64) int64 { return int64(s.random(purpose, n)%(2*uint64(amplitude)+1)) - amplitude }
	n, part := day/period, day%period
	return (knot(n)*(period-part) + knot(n+1)*part) / period
}

// anchor is the price at which a day begins, in ticks: regimes of days, weeks
// and seasons laid over each other.
func (s sim) anchor(day int64) int64 {
	ppm := int64(1_000_000)
	for i, wave := range [5][2]int64{{1, 9_000}, {3, 25_000}, {11, 70_000}, {47, 160_000}, {211, 280_000}} {
		ppm += s.wander(int64(i+1), day, wave[0], wave[1])
	}
	return s.base * ppm / 1_000_000
}

// activity is how lively an hour of the day is, in percent: quiet at night, busy
// where London and New York open.
var activity = [25]int64{75, 70, 65, 60, 55, 60, 75, 105, 135, 120, 105, 100, 105, 130, 165, 155, 130, 115, 100, 95, 95, 90, 85, 80, 75}

// session is the activity of a minute, in percent; weekends are quieter.
func session(day, minute int64) int64 {
	hour, part := minute/60, minute%60
	share := (activity[hour]*(60-part) + activity[hour+1]*part) / 60
	if weekday := (day + 4) % 7; weekday == 0 || weekday == 6 { // day 0 was a Thursday
		share = share * 6 / 10
	}
	return share
}

// walk is the price at each step of a day, in parts of a tick, from this day's
// anchor to the next one's, and how much each minute might move, in millionths.
func (s sim) walk(day int64) (price [daySteps + 1]int64, ppm [dayMinutes]int64) {
	start, end := s.anchor(day), s.anchor(day+1)
	calm := max(usualPPM+s.wander(9, day, 5, 230), leastPPM)
	now := calm
	for minute := range int64(dayMinutes) {
		ppm[minute] = now
		felt := now * session(day, minute) / 100
		moved := int64(0)
		for step := range int64(minuteSteps) {
			at := minute*minuteSteps + step
			z := gauss(s.random(16, day*daySteps+at))
			// Six steps make a minute: each moves by the root of a sixth.
			move := start * felt * z / gaussSpread * fine / 2_449_490
			price[at+1] = price[at] + move
			moved += z
		}
		if moved < 0 {
			moved = -moved
		}
		// A minute that moves much makes the next ones livelier, and that fades.
		surprise := moved - 2*gaussSpread
		now += (calm-now)/40 + now*surprise/gaussSpread/28
		if s.random(17, day*dayMinutes+minute)%1800 == 0 {
			now *= 4
		}
		now = min(max(now, leastPPM), mostPPM)
	}
	// The walk is bent so that it ends where the next day begins.
	over := price[daySteps]
	for at := range price {
		price[at] += start*fine + ((end-start)*fine-over)*int64(at)/daySteps
		price[at] = max(price[at], fine)
	}
	return price, ppm
}

// day gives the minute bars of a day since 1970.
func (s sim) day(day int64) []core.Candle {
	price, ppm := s.walk(day)
	bars := make([]core.Candle, dayMinutes)
	for minute := range bars {
		path := price[minute*minuteSteps : (minute+1)*minuteSteps+1]
		open, last := path[0]/fine, path[minuteSteps]/fine
		high, low := open, open
		for _, p := range path {
			high, low = max(high, p/fine), min(low, p/fine)
		}
		bars[minute] = core.Candle{
			OpenTime: day*millisInADay + int64(minute)*int64(core.Minute),
			Open:     ticks(open), High: ticks(high), Low: ticks(low), Close: ticks(last),
			Volume: float64(s.lots(day, int64(minute), open, high-low, ppm[minute])) / lotShare,
		}
	}
	return bars
}

func ticks(n int64) float64 { return float64(n) / tickShare }

// lots is the volume of a minute: with the session, with how far the price went
// compared to how far it might have, and by chance.
func (s sim) lots(day, minute, price, span, ppm int64) int64 {
	usual := max(price*ppm/1_000_000, 1)
	chance := 500 + int64(s.random(18, day*dayMinutes+minute)%1001)
	turnover := 20_000_000 * tickShare / max(price, 1) // lots that are worth 20,000
	return max(turnover*session(day, minute)/100*(200+600*min(span, 8*usual)/usual)/1000*chance/1000, 1)
}
