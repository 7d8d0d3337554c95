package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// oscillators give the readings of the chart's own interval. Where Cipher A's
// index of the waves, or its relative strength, has B's period, it is B's.
type oscillators struct {
	oneIndex, oneRSI bool
	waves, aWaves    ta.WaveTrend
	flow             moneyFlow
	rsi, aRSI        ta.RSI
	stoch            stochRSI
	schaff           ta.Schaff
	ribbon           [2]ta.FourEMAs
}

func (o *oscillators) init(p *Params, r *rules) {
	o.oneIndex = p.WTChannelPeriod == p.AWTChannelPeriod
	o.oneRSI = p.RSIPeriod == p.ARSIPeriod
	initWaves(&o.waves, p, r)
	must(o.aWaves.Init(ta.WaveTrendOptions{
		Channel: p.AWTChannelPeriod, Average: p.AWTAveragePeriod, Signal: p.AWTSignalPeriod, Floor: r.waveFloor,
	}))
	o.flow.init(p, r)
	must(o.rsi.Init(p.RSIPeriod, r.flatRSI))
	must(o.aRSI.Init(p.ARSIPeriod, r.flatRSI))
	o.stoch.init(p, r)
	must(o.schaff.Init(ta.SchaffOptions{
		Period: p.STCPeriod, Fast: p.STCFastPeriod, Slow: p.STCSlowPeriod,
		Factor: p.STCFactor, Tie: r.priceTie, Floor: r.waveFloor,
	}))
	for i, period := range p.RibbonPeriods {
		must(o.ribbon[i/4][i%4].Init(period))
	}
}

// initWaves makes B's waves, of the chart and of the flag interval.
func initWaves(w *ta.WaveTrend, p *Params, r *rules) {
	must(w.Init(ta.WaveTrendOptions{
		Channel: p.WTChannelPeriod, Average: p.WTAveragePeriod, Signal: p.WTSignalPeriod, Floor: r.waveFloor,
	}))
}

// next writes the readings WT1 to EMA8 of one more bar.
func (o *oscillators) next(bar *core.Candle, v *[NumReadings]float64) {
	v[WT1], v[WT2] = o.waves.Next(bar.High, bar.Low, bar.Close)
	v[FastWT] = core.Canonical(v[WT1] - v[WT2])
	if o.oneIndex {
		v[AWT1], v[AWT2] = o.aWaves.Smooth(o.waves.Index())
	} else {
		v[AWT1], v[AWT2] = o.aWaves.Next(bar.High, bar.Low, bar.Close)
	}
	v[MF] = o.flow.next(bar)
	v[RSI] = o.rsi.Next(bar.Close)
	v[ARSI] = v[RSI]
	if !o.oneRSI {
		v[ARSI] = o.aRSI.Next(bar.Close)
	}
	v[StochK], v[StochD] = o.stoch.next(bar.Close)
	v[STC] = o.schaff.Next(bar.Close)
	o.ribbon[0].Next((*[4]float64)(v[EMA1:]), bar.Close)
	o.ribbon[1].Next((*[4]float64)(v[EMA5:]), bar.Close)
}

// place moves all windows into memory and returns the rest.
func (o *oscillators) place(memory []float64) []float64 {
	memory = o.waves.Place(memory)
	memory = o.aWaves.Place(memory)
	memory = o.flow.mean.Place(memory)
	memory = o.stoch.place(memory)
	return o.schaff.Place(memory)
}

// room is how many values place takes.
func (o *oscillators) room() int {
	return o.waves.Room() + o.aWaves.Room() + o.flow.mean.Room() +
		o.stoch.raw.Room() + o.stoch.k.Room() + o.stoch.d.Room() + o.schaff.Room()
}

func (o *oscillators) save(w *snap.Writer) {
	o.waves.Save(w)
	o.aWaves.Save(w)
	o.flow.mean.Save(w)
	o.rsi.Save(w)
	if !o.oneRSI {
		o.aRSI.Save(w)
	}
	o.stoch.save(w)
	o.schaff.Save(w)
	for i := range o.ribbon {
		for j := range o.ribbon[i] {
			o.ribbon[i][j].Save(w)
		}
	}
}

func (o *oscillators) load(r *snap.Reader) {
	o.waves.Load(r)
	o.aWaves.Load(r)
	o.flow.mean.Load(r)
	o.rsi.Load(r)
	if !o.oneRSI {
		o.aRSI.Load(r)
	}
	o.stoch.load(r)
	o.schaff.Load(r)
	for i := range o.ribbon {
		for j := range o.ribbon[i] {
			o.ribbon[i][j].Load(r)
		}
	}
}
