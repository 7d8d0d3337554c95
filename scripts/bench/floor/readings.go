package floor

import "github.com/quantum-signals/quantum/core"

// The defaults of the cipher's readings.
const (
	channel, average              = 9, 12
	strengthPeriod                = 14
	flowPeriod                    = 60
	cycle, fast, slow             = 10, 23, 50
	waveFloor, stochFloor         = 1e-12, 1e-10
	flatStrength          float64 = 50
)

// Seven are the cipher's plain readings at one bar, or their columns' places:
// those any library of indicators can compose.
const (
	WT1 = iota
	WT2
	Strength
	StochK
	StochD
	MF
	STC
	Seven
)

// Readings fills the seven columns.
func Readings(out *[Seven][]float64, c core.Columns) {
	WaveTrends(out[WT1], out[WT2], c.High, c.Low, c.Close, channel, average, waveFloor)
	RSIs(out[Strength], c.Close, strengthPeriod, flatStrength)
	StochRSIs(out[StochK], out[StochD], c.Close, strengthPeriod, stochFloor)
	MoneyFlows(out[MF], c, flowPeriod)
	Schaffs(out[STC], c.Close, cycle, fast, slow, waveFloor)
}

// Stream is the seven readings one bar at a time.
type Stream struct {
	waves  WaveTrend
	rsi    RSI
	stoch  StochRSI
	flow   MoneyFlow
	schaff Schaff
}

// NewStream has the defaults.
func NewStream() *Stream {
	return &Stream{
		waves:  NewWaveTrend(channel, average, waveFloor),
		rsi:    NewRSI(strengthPeriod, flatStrength),
		stoch:  NewStochRSI(strengthPeriod, stochFloor),
		flow:   NewMoneyFlow(flowPeriod),
		schaff: NewSchaff(cycle, fast, slow, waveFloor),
	}
}

// Next takes one bar.
func (s *Stream) Next(open, high, low, close float64, out *[Seven]float64) {
	out[WT1], out[WT2] = s.waves.Next(high, low, close)
	out[Strength] = s.rsi.Next(close)
	out[StochK], out[StochD] = s.stoch.Next(close)
	out[MF] = s.flow.Next(open, high, low, close)
	out[STC] = s.schaff.Next(close)
}
