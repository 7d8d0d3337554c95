package cipher

// Params are the numbers a user may change under either preset; a plain value,
// comparable. Start from Default: the zero Params is not valid. Bounds and
// meanings are in Catalog.
type Params struct {
	Preset Preset

	WTChannelPeriod, WTAveragePeriod, WTSignalPeriod    int // Cipher B's waves
	AWTChannelPeriod, AWTAveragePeriod, AWTSignalPeriod int // Cipher A's waves
	WTOverbought, WTOversold, WTOversoldExtreme         float64
	AWTOverboughtExtreme, AWTOversoldExtreme            float64

	MFPeriod     int
	MFMultiplier float64
	MFOffset     float64

	RSIPeriod, ARSIPeriod, StochRSIPeriod   int
	StochPeriod, StochKPeriod, StochDPeriod int
	StochLog, StochAverageKD                bool

	STCPeriod, STCFastPeriod, STCSlowPeriod int
	STCFactor                               float64

	RibbonPeriods [8]int

	WTDivHigh, WTDivLow                             float64
	WTDiv2High, WTDiv2Low                           float64
	RSIDivHigh, RSIDivLow                           float64
	HiddenUnlimited                                 bool
	WTDivDots, WTDiv2Dots, RSIDivDots, StochDivDots bool
	GoldRise, GoldRSI                               float64
	YellowBearWT, YellowBullWT                      float64
	YellowRSIFloor, YellowRSILow                    float64
	YellowRSIHigh, YellowRSICeiling                 float64
	FlagMinutes, Diamond1Minutes, Diamond2Minutes   int // higher intervals, 0 is off
	FlagMFBear, FlagMFBull, FlagWTBear, FlagWTBull  float64
	FlagFastBear, FlagFastBull                      float64
	DiamondWTBear, DiamondWTBull                    float64
}

// Default returns the parameters a preset starts from.
func Default(preset Preset) Params {
	p := Params{}
	var slots [NumParams]slot
	p.slots(&slots)
	for i := range slots {
		slots[i].set(paramTable[i].value)
	}
	p.Preset = preset
	return p
}

// Set changes the parameter of that name, as in the catalog; booleans are 0
// and 1, presets their number. The error is a *core.Error naming the
// parameter, the value and the bound; p is then unchanged. Bounds that tie two
// parameters together are left to Validate.
func (p *Params) Set(name string, value float64) error {
	for i := range paramTable {
		if paramTable[i].name == name {
			if err := paramTable[i].check(value); err != nil {
				return err
			}
			var slots [NumParams]slot
			p.slots(&slots)
			slots[i].set(value)
			return nil
		}
	}
	return unknownParam(name, value)
}

// Get returns the parameter of that name as Set takes it.
func (p Params) Get(name string) (float64, bool) {
	for i := range paramTable {
		if paramTable[i].name == name {
			var slots [NumParams]slot
			p.slots(&slots)
			return slots[i].get(), true
		}
	}
	return 0, false
}

// Vector returns all parameters as numbers in catalog order, the preset first:
// what crosses the wasm boundary and heads a snapshot.
func (p Params) Vector() [NumParams]float64 {
	var v [NumParams]float64
	p.vector(&v)
	return v
}

// vector is Vector without copies of so large a value, which in wasm are code.
func (p *Params) vector(v *[NumParams]float64) {
	var slots [NumParams]slot
	p.slots(&slots)
	for i := range slots {
		v[i] = slots[i].get()
	}
}

// ParamsFromVector is the inverse of Vector; v has NumParams numbers. The
// error is a *core.Error naming the first parameter that breaks its bound.
func ParamsFromVector(v []float64) (Params, error) {
	p := Params{}
	if err := p.read(v); err != nil {
		return Params{}, err
	}
	return p, nil
}

// read makes p what ParamsFromVector returns; on an error p is not to be used.
func (p *Params) read(v []float64) error {
	if len(v) != NumParams {
		return wrongCount(len(v))
	}
	var slots [NumParams]slot
	p.slots(&slots)
	for i, value := range v {
		if err := paramTable[i].check(value); err != nil {
			return err
		}
		slots[i].set(value)
	}
	return p.checkSchaff()
}

// Validate checks every parameter against its bound, and the Schaff cycle's
// fast period against its slow one. The error is a *core.Error naming the
// parameter, its value and the bound.
func (p Params) Validate() error { return p.validate() }

func (p *Params) validate() error {
	var v [NumParams]float64
	p.vector(&v)
	for i := range v {
		if err := paramTable[i].check(v[i]); err != nil {
			return err
		}
	}
	return p.checkSchaff()
}

// Hash is the FNV-1a 64 of the vector's bits, little endian: parameters with
// one hash give one result.
func (p Params) Hash() uint64 { return p.hash() }

func (p *Params) hash() uint64 {
	var v [NumParams]float64
	p.vector(&v)
	h := newHash()
	for i := range v {
		h.float(v[i])
	}
	return uint64(h)
}
