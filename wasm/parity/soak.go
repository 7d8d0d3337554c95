package main

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// soak feeds random candles, hostile ones among them, to engines of random
// parameters, and keeps digests of every bit, event, snapshot and refusal.
// What it does in what order is written again in web/hosts/suite/soak.ts: two
// hosts agree where their digests do.
type soak struct {
	Seed      uint32   `json:"seed"`
	Candles   int      `json:"candles"` // fed, each to both engines
	Engines   int      `json:"engines"`
	Values    int      `json:"values"`
	Events    int      `json:"events"`
	Snapshots int      `json:"snapshots"`
	Refusals  int      `json:"refusals"`
	Digests   []string `json:"digests"` // one for each ten thousand candles, about

	arithmetic arithmetic
	random     random
	digest     digest
}

// digestEvery is how many candles lie between two digests, at least.
const digestEvery = 10_000

func printSoak(a arithmetic, seed uint32, candles int, out io.Writer) error {
	s := &soak{Seed: seed, arithmetic: a, random: random{seed}}
	for s.Candles < candles {
		if err := s.round(); err != nil {
			return err
		}
		if len(s.Digests) < s.Candles/digestEvery || s.Candles >= candles {
			s.Digests = append(s.Digests, s.digest.String())
		}
	}
	return json.NewEncoder(out).Encode(s)
}

// refused takes a refusal into the digest and reports whether there was one.
// Any other error is the soak's end.
func (s *soak) refused(err error) (bool, error) {
	var refusal *core.Error
	if !errors.As(err, &refusal) {
		return false, err
	}
	s.Refusals++
	s.digest.word(uint32(refusal.Code))
	s.digest.text(refusal.Error())
	return true, nil
}

var soakIntervals = [...]int64{60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000}

// round makes an engine of each kind and feeds both.
func (s *soak) round() error {
	s.Engines += 2
	interval := core.Interval(soakIntervals[s.random.below(len(soakIntervals))])
	candles := newWalk(&s.random, int64(interval))
	cipherCase, err := s.cipherCase(interval)
	if err != nil {
		return err
	}
	volumeCase, err := s.volumeCase(interval)
	if err != nil {
		return err
	}
	var streams [2]*stream
	cases := [2]*testCase{cipherCase, volumeCase}
	for i, c := range cases {
		if streams[i], err = c.open(s.arithmetic, nil); err != nil {
			return err
		}
	}
	for left := 200 + s.random.below(2500); left > 0; {
		switch op := s.random.below(256); {
		case op < 2: // both move through a snapshot
			for i, c := range cases {
				if streams[i], err = s.move(c, streams[i]); err != nil {
					return err
				}
			}
		case op < 4: // a run at once, mostly of bars that all are taken
			candles.tame = s.random.below(4) > 0
			bars := core.MakeColumns(0)
			for range 1 + s.random.below(min(left, 300)) {
				bars.Append(candles.next())
			}
			candles.tame = false
			left -= bars.Len()
			s.Candles += bars.Len()
			for _, stream := range streams {
				if err := s.many(stream, bars); err != nil {
					return err
				}
			}
			if err := s.atOnce(cipherCase, volumeCase, bars); err != nil {
				return err
			}
		default:
			bar := candles.next()
			left--
			s.Candles++
			for _, stream := range streams {
				if op < 8 {
					if err := s.step(stream.peek, bar); err != nil {
						return err
					}
				}
				if err := s.step(stream.next, bar); err != nil {
					return err
				}
				if err := s.events(stream); err != nil {
					return err
				}
			}
		}
	}
	for _, stream := range streams {
		if err := s.snapshot(stream); err != nil {
			return err
		}
		if err := stream.Close(); err != nil {
			return err
		}
	}
	return nil
}

// step commits or peeks at a bar.
func (s *soak) step(f func(core.Candle) ([]uint64, error), bar core.Candle) error {
	words, err := f(bar)
	if refused, err := s.refused(err); refused || err != nil {
		return err
	}
	s.Values += len(words)
	for _, w := range words {
		s.digest.bits(w)
	}
	return nil
}

func (s *soak) events(stream *stream) error {
	events, err := stream.events()
	s.takeEvents(events)
	return err
}

func (s *soak) takeEvents(events [][]float64) {
	s.Events += len(events)
	for _, e := range events {
		s.digest.floats(e)
	}
}

// many commits bars up to the first that is refused; what those before it gave
// counts only where all were taken, as hosts whose refusals are exceptions have it.
func (s *soak) many(stream *stream, bars core.Columns) error {
	var columns []uint64
	var events [][]float64
	width := 0
	for i := range bars.Len() {
		words, err := stream.next(bars.At(i))
		if refused, err := s.refused(err); refused || err != nil {
			s.digest.word(uint32(stream.Bars()))
			return err
		}
		width = len(words)
		columns = append(columns, words...)
		list, err := stream.events()
		if err != nil {
			return err
		}
		events = append(events, list...)
	}
	s.Values += len(columns)
	for k := range width { // a column after the other
		for i := range bars.Len() {
			s.digest.bits(columns[i*width+k])
		}
	}
	s.takeEvents(events)
	return nil
}

// atOnce computes some columns and profiles of the bars alone.
func (s *soak) atOnce(c, v *testCase, bars core.Columns) error {
	mask := s.random.next() & (1<<(cipher.NumReadings+1) - 1)
	params, err := cipher.ParamsFromVector(c.Params)
	if err != nil {
		return err
	}
	all := cipher.MakeColumns(bars.Len())
	out := cipher.Columns{}
	for r := range out.Values {
		if mask>>r&1 == 1 {
			out.Values[r] = all.Values[r]
		}
	}
	if mask>>cipher.NumReadings == 1 {
		out.Flags = all.Flags
	}
	refused, err := s.refused(s.arithmetic.Columns(params, c.Interval, bars, &out))
	if err != nil {
		return err
	}
	if !refused {
		for _, column := range out.Values {
			s.Values += len(column)
			s.digest.floats(column)
		}
		s.Values += len(out.Flags)
		for _, f := range out.Flags {
			s.digest.bits(uint64(f))
		}
	}
	return s.profile(v, bars)
}

func (s *soak) profile(v *testCase, bars core.Columns) error {
	params, err := volume.ParamsFromVector(v.Params)
	if err != nil {
		return err
	}
	p, err := s.arithmetic.Profile(params, bars)
	if err := s.takeProfile(p, err); err != nil {
		return err
	}
	trades := volume.Trades{Time: bars.OpenTime, Price: bars.Close, Size: bars.Volume, Side: make([]core.Side, bars.Len())}
	for i := range trades.Side {
		trades.Side[i] = core.Side(s.random.below(3) - 1)
	}
	if s.random.below(50) == 0 {
		trades.Side[s.random.below(bars.Len())] = 2
	}
	p, err = s.arithmetic.ProfileOfTrades(params, trades)
	return s.takeProfile(p, err)
}

func (s *soak) takeProfile(p *volume.Profile, err error) error {
	if refused, err := s.refused(err); refused || err != nil {
		return err
	}
	numbers := []float64{float64(p.Count), p.Unit, p.Total, p.POC, p.VAH, p.VAL, p.Enclosed, p.VWAP, p.SD, float64(p.Shape)}
	for _, list := range [][]float64{p.Edges, p.Up, p.Down} {
		numbers = append(numbers, list...)
	}
	for _, nodes := range [][]volume.Node{p.HighNodes, p.LowNodes} {
		for _, n := range nodes {
			numbers = append(numbers, float64(n.Row), n.Price, n.Volume, n.Prominence)
		}
	}
	s.Values += len(numbers)
	s.digest.floats(numbers)
	return nil
}

func (s *soak) snapshot(stream *stream) error {
	snapshot, err := stream.AppendBinary(nil)
	s.Snapshots++
	s.digest.bytes(snapshot)
	return err
}

// move replaces an engine by one made of its snapshot.
func (s *soak) move(c *testCase, stream *stream) (*stream, error) {
	if err := s.snapshot(stream); err != nil {
		return nil, err
	}
	snapshot, err := stream.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	if err := stream.Close(); err != nil {
		return nil, err
	}
	return c.open(s.arithmetic, snapshot)
}
