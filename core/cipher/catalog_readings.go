package cipher

import "github.com/quantum-signals/quantum/core"

// Units, ranges and panes of readings.
const (
	points  = "points"  // of an oscillator without bounds
	percent = "percent" // 0 to 100
	quote   = "quote"   // a price

	pricePane    = "price"
	wavePane     = "waves"    // around 0
	strengthPane = "strength" // 0 to 100
)

// readingNotes is what the catalog says of each reading beyond its name and
// warm-up.
var readingNotes = [NumReadings]struct {
	unit, pane, color string
	rule              string // of the warm-up
	meaning           string
}{
	WT1: {points, wavePane, "#5aa9e6", "2*(wt_channel_period-1) + wt_average_period-1",
		"How far price strays from its average, in units of its usual distance, smoothed: the fast wave."},
	WT2: {points, wavePane, "#2b4c7e", "that of wt1 + wt_signal_period-1",
		"The plain mean of the latest wt1: the slow wave. Crossings of the two are the circles."},
	FastWT: {points, wavePane, "#f2c14e", "that of wt2",
		"wt1 less wt2: above 0 while the waves rise."},
	MF: {points, wavePane, "#3fb68b", "mf_period-1",
		"Money flow: the mean of how much of each bar's range its body fills. Above 0 buyers close the bars, below 0 sellers. It reads no volume."},
	RSI: {percent, strengthPane, "#b565d9", "rsi_period",
		"Wilder's relative strength index of the close."},
	StochK: {percent, strengthPane, "#38b6d8", "stoch_rsi_period + stoch_period-1 + stoch_k_period-1",
		"Where the relative strength lies within its own recent range, smoothed."},
	StochD: {percent, strengthPane, "#6d5bd0", "that of stoch_k + stoch_d_period-1",
		"stoch_k, smoothed again."},
	STC: {percent, strengthPane, "#d98c5f", "stc_slow_period + stc_period-2",
		"Schaff trend cycle: the stochastic of the difference of two averages, twice. Near 100 in a rise, near 0 in a fall."},
	AWT1: {points, wavePane, "#7fb7be", "2*(a_wt_channel_period-1) + a_wt_average_period-1",
		"Cipher A's fast wave, whose crossings are its diamonds."},
	AWT2: {points, wavePane, "#4a7c82", "that of a_wt1 + a_wt_signal_period-1",
		"Cipher A's slow wave."},
	ARSI: {percent, strengthPane, "#8f5fa8", "a_rsi_period",
		"Cipher A's relative strength index, which its yellow crosses read."},
	EMA1: {quote, pricePane, "#c3cfe2", "ribbon_period1-1", "The ribbon's first and fastest average of the close."},
	EMA2: {quote, pricePane, "#aebfdb", "ribbon_period2-1", "The ribbon's second average: with the eighth it tells the trend."},
	EMA3: {quote, pricePane, "#99afd3", "ribbon_period3-1", "The ribbon's third average: with the second it makes the triangles."},
	EMA4: {quote, pricePane, "#849fcc", "ribbon_period4-1", "The ribbon's fourth average of the close."},
	EMA5: {quote, pricePane, "#6f8fc4", "ribbon_period5-1", "The ribbon's fifth average of the close."},
	EMA6: {quote, pricePane, "#5a7fbd", "ribbon_period6-1", "The ribbon's sixth average of the close."},
	EMA7: {quote, pricePane, "#456fb5", "ribbon_period7-1", "The ribbon's seventh average of the close."},
	EMA8: {quote, pricePane, "#305fae", "ribbon_period8-1", "The ribbon's eighth and slowest average of the close."},
	HTFFastWT: {points, wavePane, "#c98bb9", "the closed bars of flag_minutes that fast_wt needs",
		"fast_wt over the closed bars of the flag interval, 12 hours by default; held until the next one closes."},
	HTFFastWTSmooth: {points, wavePane, "#e0b1cb", "that of htf_fast_wt + 2",
		"htf_fast_wt, smoothed over three chart bars for drawing."},
}

// info is the reading's entry in the catalog.
func (r Reading) info() core.ReadingInfo {
	notes := &readingNotes[r]
	info := core.ReadingInfo{
		Name: r.String(), Unit: notes.unit, Low: core.Absent(), High: core.Absent(),
		WarmUp: Default(Quantum).FirstBar(r), WarmUpRule: notes.rule,
		Meaning: notes.meaning, Pane: notes.pane, Color: notes.color,
	}
	if notes.unit == percent {
		info.Low, info.High = 0, 100
	}
	return info
}

// FirstBar is the first bar, counted from 0, at which the reading is there if
// no bar is flat; -1 for those of the higher interval, which depend on where
// the series begins.
func (p Params) FirstBar(r Reading) int {
	waves := 2*(p.WTChannelPeriod-1) + p.WTAveragePeriod - 1
	aWaves := 2*(p.AWTChannelPeriod-1) + p.AWTAveragePeriod - 1
	k := p.StochRSIPeriod + p.StochPeriod - 1 + p.StochKPeriod - 1
	switch r {
	case WT1:
		return waves
	case WT2, FastWT:
		return waves + p.WTSignalPeriod - 1
	case MF:
		return p.MFPeriod - 1
	case RSI:
		return p.RSIPeriod
	case StochK:
		if p.StochAverageKD {
			return k + p.StochDPeriod - 1
		}
		return k
	case StochD:
		return k + p.StochDPeriod - 1
	case STC:
		return p.STCSlowPeriod + p.STCPeriod - 2
	case AWT1:
		return aWaves
	case AWT2:
		return aWaves + p.AWTSignalPeriod - 1
	case ARSI:
		return p.ARSIPeriod
	case HTFFastWT, HTFFastWTSmooth:
		return -1
	}
	return p.RibbonPeriods[r-EMA1] - 1
}

// WarmUp is how many bars pass before every reading of the chart's own
// interval is there, if no bar is flat.
func (p Params) WarmUp() int {
	bars := 0
	for r := range HTFFastWT {
		bars = max(bars, p.FirstBar(r))
	}
	return bars
}
