package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// higherWave is FastWT over the closed bars of a higher interval. What the last
// of them said holds until the next one closes.
type higherWave struct {
	on      bool // whether the interval is a multiple of the chart's
	bars    core.Resampler
	waves   ta.WaveTrend
	fast    float64
	drawing ta.EMA // of fast, over chart bars
}

// drawingPeriod is how many chart bars HTFFastWTSmooth averages over, as the
// public script draws it.
const drawingPeriod = 3

func (h *higherWave) init(p *Params, r *rules, interval core.Interval) {
	initWaves(&h.waves, p, r)
	h.fast = core.Absent()
	must(h.drawing.Init(drawingPeriod))
	h.bars, h.on = higherBars(interval, p.FlagMinutes)
}

// higherBars makes bars of so many minutes; false if the chart's interval does
// not divide them or they are off.
func higherBars(interval core.Interval, minutes int) (core.Resampler, bool) {
	bars, err := core.NewResampler(interval, core.Interval(minutes)*core.Minute)
	return bars, err == nil
}

// next commits a chart bar and returns both readings.
func (h *higherWave) next(bar *core.Candle) (fast, drawing float64) {
	if !h.on {
		return core.Absent(), core.Absent()
	}
	if !h.bars.Absorb(bar) {
		h.turn(bar)
	}
	return h.fast, h.drawing.Next(h.fast)
}

// turn takes a bar with which a higher one may close.
func (h *higherWave) turn(bar *core.Candle) {
	var closed [2]core.Candle
	h.commit(closed[:h.bars.Next(*bar, &closed)])
}

func (h *higherWave) commit(closed []core.Candle) {
	for i := range closed {
		bar := &closed[i]
		first, second := h.waves.Next(bar.High, bar.Low, bar.Close)
		h.fast = core.Canonical(first - second)
	}
}

func (h *higherWave) save(w *snap.Writer) {
	if !h.on {
		return
	}
	h.bars.Save(w)
	h.waves.Save(w)
	w.Float(h.fast)
	h.drawing.Save(w)
}

func (h *higherWave) load(r *snap.Reader) {
	if !h.on {
		return
	}
	h.bars.Load(r)
	h.waves.Load(r)
	h.fast = r.Float()
	h.drawing.Load(r)
}

// heikinAshi says whether the last closed Heikin-Ashi candle of a higher
// interval rises.
//
// Source: D. Valcu, Using the Heikin-Ashi Technique, 2004.
type heikinAshi struct {
	on          bool
	bars        core.Resampler
	tie         float64
	open, close float64 // of the last candle, absent before the first
	allowed     Flags   // the diamonds it allows: bull if it rises, bear if not, none before the first
}

func (h *heikinAshi) init(r *rules, interval core.Interval, minutes int) {
	h.tie, h.open, h.close = r.priceTie, core.Absent(), core.Absent()
	h.bars, h.on = higherBars(interval, minutes)
}

// next commits a chart bar and returns the diamonds the last candle allows.
func (h *heikinAshi) next(bar *core.Candle) Flags {
	if h.on && !h.bars.Absorb(bar) {
		h.turn(bar)
	}
	return h.allowed
}

// turn takes a bar with which a higher one may close.
func (h *heikinAshi) turn(bar *core.Candle) {
	var closed [2]core.Candle
	h.commit(closed[:h.bars.Next(*bar, &closed)])
}

func (h *heikinAshi) commit(closed []core.Candle) {
	for i := range closed {
		bar := &closed[i]
		open := (h.open + h.close) / 2
		if h.open != h.open {
			open = (bar.Open + bar.Close) / 2
		}
		h.open, h.close = open, (((bar.Open+bar.High)+bar.Low)+bar.Close)/4
	}
	h.judge()
}

// judge sets what the last candle allows.
func (h *heikinAshi) judge() {
	switch {
	case h.open != h.open:
		h.allowed = 0
	case h.close-h.open > h.tie:
		h.allowed = 1 << BullDiamond
	default:
		h.allowed = 1 << BearDiamond
	}
}

func (h *heikinAshi) save(w *snap.Writer) {
	if !h.on {
		return
	}
	h.bars.Save(w)
	w.Float(h.open)
	w.Float(h.close)
}

func (h *heikinAshi) load(r *snap.Reader) {
	if !h.on {
		return
	}
	h.bars.Load(r)
	h.open, h.close = r.Float(), r.Float()
	h.judge()
}
