package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// machine is an engine's whole state: this struct, and memory, which holds the
// windows its averages and extremes look back over.
type machine struct {
	interval core.Interval
	bars     int64   // bars so far
	open     int64   // open time of the last bar
	close    float64 // its close
	flags    Flags   // of the last bar

	readings oscillators
	wave     higherWave
	diamonds [2]heikinAshi
	signals  signals

	memory []float64
}

func newMachine(p *Params, interval core.Interval) *machine {
	r := rulesOf(p.Preset)
	m := new(machine)
	m.interval = interval
	m.readings.init(p, &r)
	m.wave.init(p, &r, interval)
	m.diamonds[0].init(&r, interval, p.Diamond1Minutes)
	m.diamonds[1].init(&r, interval, p.Diamond2Minutes)
	m.signals.init(p, &r)
	return m.clone()
}

// clone is a machine in memory of its own.
func (m *machine) clone() *machine {
	c := &machine{memory: make([]float64, m.readings.room()+m.wave.waves.Room())}
	c.assume(m)
	return c
}

// assume makes m what from is.
func (m *machine) assume(from *machine) {
	memory := m.memory
	*m = *from
	m.memory = memory
	m.wave.waves.Place(m.readings.place(memory))
}

// next commits a bar that check has accepted.
func (m *machine) next(bar *core.Candle, out *Output) {
	v := &out.Values
	m.readings.next(bar, v)
	v[HTFFastWT], v[HTFFastWTSmooth] = m.wave.next(bar)
	higher := m.diamonds[0].next(bar) & m.diamonds[1].next(bar)
	out.Flags = m.signals.next(m.bars, bar, v, higher)
	m.bars++
	m.open, m.close, m.flags = bar.OpenTime, bar.Close, out.Flags
}

// check refuses a bar that breaks a rule of its fields or of the order.
func (m *machine) check(bar *core.Candle) error {
	earliest := m.earliest()
	if valid(earliest, bar.OpenTime, bar.Open, bar.High, bar.Low, bar.Close) {
		return nil
	}
	return m.refuse(bar, 0, earliest)
}

// earliest is the least open time the next bar may have.
func (m *machine) earliest() int64 {
	if m.bars == 0 {
		return -core.MaxOpenTime
	}
	return m.open + int64(m.interval)
}

// valid is one chain of comparisons that holds for every good bar; a NaN fails
// it.
func valid(earliest, at int64, open, high, low, close float64) bool {
	return earliest <= at && at <= core.MaxOpenTime &&
		-core.MaxPrice <= low && low <= open && low <= close && open <= high && close <= high && high <= core.MaxPrice
}

// refuse says what is not valid of a bar that would be the one after ahead
// more.
func (m *machine) refuse(bar *core.Candle, ahead int, earliest int64) error {
	index := int(m.bars) + ahead
	if err := core.CheckOpenTime(bar.OpenTime, index); err != nil {
		return err
	}
	if err := core.CheckPrices(*bar, index); err != nil {
		return err
	}
	return core.CheckOrder(earliest-int64(m.interval), bar.OpenTime, m.interval, index)
}

func (m *machine) save(w *snap.Writer) {
	w.Int64(m.bars)
	w.Int64(m.open)
	w.Float(m.close)
	w.Uint64(uint64(m.flags))
	m.readings.save(w)
	m.wave.save(w)
	m.diamonds[0].save(w)
	m.diamonds[1].save(w)
	m.signals.save(w)
}

func (m *machine) load(r *snap.Reader) {
	m.bars = r.Int64()
	m.open = r.Int64()
	m.close = r.Float()
	m.flags = Flags(r.Uint64())
	r.Require(m.bars >= 0 && m.bars <= maxBars && m.flags < 1<<NumFlags)
	r.Require(core.CheckOpenTime(m.open, 0) == nil)
	m.readings.load(r)
	m.wave.load(r)
	m.diamonds[0].load(r)
	m.diamonds[1].load(r)
	m.signals.load(r)
}

// maxBars is more bars than there are milliseconds between any two open times.
const maxBars = 2 * core.MaxOpenTime

// must stops on an error: the parameters have been checked, so that one here is
// a bug of ours.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
