package main

import (
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// reference is what a case has to give: the readings as its vector file says,
// where it has one, the rest as the native engine said when this was prepared.
type reference struct {
	said
	tail [][]float64 // the events from bar Half on
}

// prepare writes the cases and their references.
func prepare(p place) error {
	cases, err := p.cases()
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(p.dir), writeJSON(p.dir+"/cases.json", cases)); err != nil {
		return err
	}
	for _, c := range cases {
		if c.Kind == "profile" {
			continue
		}
		if err := p.prepareStream(&c); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return nil
}

func (p place) prepareStream(c *testCase) error {
	bars, err := p.candles(c.Candles)
	if err != nil {
		return err
	}
	s, err := c.open(native{}, nil)
	if err != nil {
		return err
	}
	all, err := c.feed(s, bars.Slice(c.From, c.To), 0)
	if err != nil {
		return err
	}
	events := []float64{float64(len(all.events))}
	for _, e := range all.events {
		events = append(events, e...)
	}
	var words []float64
	if c.Vector == "" {
		for _, bar := range all.words {
			for _, w := range bar {
				words = append(words, math.Float64frombits(w))
			}
		}
	}
	return errors.Join(
		writeWords(p.reference(c.Name, "events"), events),
		writeWords(p.reference(c.Name, "levels"), words),
		write(p.reference(c.Name, "half"), all.half),
		write(p.reference(c.Name, "end"), all.end),
	)
}

// readReference reads what a stream has to give over the bars.
func (p place) readReference(c *testCase, bars core.Columns) (*reference, error) {
	r := &reference{}
	var errs [4]error
	r.words, errs[0] = p.wantWords(c, bars.Len())
	r.half, errs[1] = os.ReadFile(p.reference(c.Name, "half"))
	r.end, errs[2] = os.ReadFile(p.reference(c.Name, "end"))
	words, err := readWords(p.reference(c.Name, "events"))
	errs[3] = err
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	const head, points, pointWords = 6, 5, 3
	for at := 1; at < len(words); {
		next := at + head + pointWords*int(words[at+points])
		r.events = append(r.events, words[at:next])
		at = next
	}
	for i, e := range r.events {
		if int64(e[2]) >= bars.OpenTime[c.Half] {
			r.tail = r.events[i:]
			break
		}
	}
	return r, nil
}

// wantWords are the readings of each bar: of a vector file, flags gathered into
// one word, or as prepared.
func (p place) wantWords(c *testCase, bars int) ([][]uint64, error) {
	if c.Vector == "" {
		words, err := readWords(p.reference(c.Name, "levels"))
		if err != nil {
			return nil, err
		}
		width := len(words) / bars
		want := make([][]uint64, bars)
		for i := range want {
			for _, w := range words[i*width : (i+1)*width] {
				want[i] = append(want[i], math.Float64bits(w))
			}
		}
		return want, nil
	}
	header, rows, err := p.readCSV(c.Vector)
	if err != nil {
		return nil, err
	}
	if len(rows) != bars || len(header) != 1+cipher.NumReadings+cipher.NumFlags {
		return nil, fmt.Errorf("%s has %d rows of %d columns", c.Vector, len(rows), len(header))
	}
	want := make([][]uint64, len(rows))
	for i, row := range rows {
		want[i] = make([]uint64, cipher.NumReadings+1)
		for k, v := range row[1:] {
			reading, flag, isFlag := cipher.Column(k)
			switch {
			case !isFlag:
				want[i][reading] = math.Float64bits(v)
			case v == 1:
				want[i][cipher.NumReadings] |= 1 << flag
			}
		}
	}
	return want, nil
}
