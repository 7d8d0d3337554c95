package builtin

import (
	"math"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// bias is the view in one number, above 0 for a rise, and whether what makes it
// up disagrees.
type bias struct {
	score    float64
	conflict bool // slower intervals point firmly the other way
}

// Weights of the view's parts: slower intervals weigh more than any signal.
const (
	ownWeight    = 1.5
	higherWeight = 2.0
	placeWeight  = 0.7
	vwapWeight   = 0.4
	eventWeight  = 0.25

	clear   = 3.2 // from here on the view has no "leaning"
	leaning = 1.2
)

func (w *writer) bias() bias {
	own := lean(w.first)
	higher := 0.0
	for i := 1; i < len(w.e.Frames); i++ {
		higher += lean(&w.e.Frames[i])
	}
	b := bias{score: float64(ownWeight*own) + float64(higherWeight*higher)}
	const firm = 0.5
	b.conflict = own*higher < 0 && math.Abs(own) >= firm && math.Abs(higher) >= firm
	for _, p := range []*evidence.Profile{&w.e.Value.Previous, &w.e.Value.Window} {
		switch p.Place {
		case "above":
			b.score += placeWeight
		case "below":
			b.score -= placeWeight
		}
	}
	if bands := w.e.Value.Session.Bands; bands.Known() {
		b.score += float64(vwapWeight * math.Copysign(min(1, math.Abs(float64(bands))), float64(bands)))
	}
	for _, s := range w.signals() {
		b.score += float64(eventWeight * s.weight * sign(s.event.Side))
	}
	return b
}

// lean is how far a frame's parts agree, from -1 to 1.
func lean(f *evidence.Frame) float64 {
	if f.Lean.Parts == 0 {
		return 0
	}
	return float64(f.Lean.Bull-f.Lean.Bear) / float64(f.Lean.Parts)
}

func sign(side string) float64 {
	switch side {
	case "bull":
		return 1
	case "bear":
		return -1
	}
	return 0
}

func (b bias) side() string {
	switch {
	case b.score >= leaning:
		return "bull"
	case b.score <= -leaning:
		return "bear"
	}
	return "none"
}

func (b bias) name() string {
	word := map[string]string{"bull": "bullish", "bear": "bearish"}[b.side()]
	switch {
	case word == "" && b.conflict:
		return "mixed"
	case word == "":
		return "neutral"
	case math.Abs(b.score) < clear || b.conflict:
		return "leaning " + word
	}
	return word
}

func opposite(side string) string {
	return map[string]string{"bull": "bear", "bear": "bull"}[side]
}
