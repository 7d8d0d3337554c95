package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// runAll runs every case as the host of that name and keeps how it did.
func runAll(a arithmetic, p place, name string) error {
	var cases []testCase
	if err := readJSON(p.dir+"/cases.json", &cases); err != nil {
		return err
	}
	rows := make([]row, len(cases))
	for i, c := range cases {
		rows[i] = row{Host: name, Case: c.Name, Kind: c.Kind}
		bars, err := p.candles(c.Candles)
		if err != nil {
			return err
		}
		bars = bars.Slice(c.From, c.To)
		if c.Kind == "profile" {
			err = p.runProfile(a, &c, bars, &rows[i])
		} else {
			err = p.runStream(a, &c, bars, &rows[i])
		}
		if err != nil {
			return fmt.Errorf("%s, %s: %w", name, c.Name, err)
		}
	}
	return writeJSON(p.rows(name), rows)
}

func (p place) runStream(a arithmetic, c *testCase, bars core.Columns, r *row) error {
	want, err := p.readReference(c, bars)
	if err != nil {
		return err
	}
	if c.Kind == "cipher" {
		if err := r.series(a, c, bars, want); err != nil {
			return err
		}
	}
	s, err := c.open(a, nil)
	if err != nil {
		return err
	}
	all, err := c.feed(s, bars, 0)
	if err != nil {
		return err
	}
	r.compare("bar by bar", s, all, want, 0)
	r.eventLists("bar by bar", all.events, want.events)
	r.snapshots("half-way", all.half, want.half)
	r.snapshots("at the end", all.end, want.end)
	if err := r.goOn("from the native snapshot", a, c, bars, want.half, want); err != nil {
		return err
	}
	return write(p.left(r.Host, c.Name), all.half)
}

// goOn continues from a snapshot taken half-way and compares the rest.
func (r *row) goOn(what string, a arithmetic, c *testCase, bars core.Columns, half []byte, want *reference) error {
	s, err := c.open(a, half)
	if err != nil {
		return err
	}
	if s.Bars() != c.Half {
		return fmt.Errorf("%s: the engine counts %d bars, want %d", what, s.Bars(), c.Half)
	}
	rest, err := c.feed(s, bars, c.Half)
	if err != nil {
		return err
	}
	r.compare(what, s, rest, want, c.Half)
	r.eventLists(what, rest.events, want.tail)
	r.snapshots(what, rest.end, want.end)
	return nil
}

func (r *row) compare(what string, s *stream, got *said, want *reference, from int) {
	for i, words := range got.words {
		r.words(what, from+i, words, want.words[from+i], s.flags, cipher.NumFlags)
	}
}

// series compares the columns of the whole at once.
func (r *row) series(a arithmetic, c *testCase, bars core.Columns, want *reference) error {
	params, err := cipher.ParamsFromVector(c.Params)
	if err != nil {
		return err
	}
	out := cipher.MakeColumns(bars.Len())
	if err := a.Columns(params, c.Interval, bars, &out); err != nil {
		return err
	}
	words := make([]uint64, cipher.NumReadings+1)
	for i := range bars.Len() {
		for k, column := range out.Values {
			words[k] = math.Float64bits(column[i])
		}
		words[cipher.NumReadings] = uint64(out.Flags[i])
		r.words("the series", i, words, want.words[i], cipher.NumReadings, cipher.NumFlags)
	}
	return nil
}

// profileVector is a profile as the vector files have it.
type profileVector struct {
	Profile struct {
		Rows                                           [][4]float64
		Total, POC, VAH, VAL, Enclosed, VWAP, SD, Unit *float64
		HighNodes                                      [][4]float64 `json:"high_nodes"`
		LowNodes                                       [][4]float64 `json:"low_nodes"`
	}
}

func (p place) runProfile(a arithmetic, c *testCase, bars core.Columns, r *row) error {
	var vector profileVector
	if err := readJSON(p.testdata(c.Vector), &vector); err != nil {
		return err
	}
	want := vector.Profile
	params, err := volume.ParamsFromVector(c.Params)
	if err != nil {
		return err
	}
	got, err := a.Profile(params, bars)
	if err != nil {
		return err
	}
	if got.Len() != len(want.Rows) {
		return fmt.Errorf("%d rows, want %d", got.Len(), len(want.Rows))
	}
	for i, row := range want.Rows {
		r.value("a low edge", got.Edges[i], row[0])
		r.value("a high edge", got.Edges[i+1], row[1])
		r.value("an up volume", got.Up[i], row[2])
		r.value("a down volume", got.Down[i], row[3])
	}
	for _, level := range []struct {
		what string
		got  float64
		want *float64
	}{
		{"total", got.Total, want.Total}, {"poc", got.POC, want.POC}, {"vah", got.VAH, want.VAH}, {"val", got.VAL, want.VAL},
		{"enclosed", got.Enclosed, want.Enclosed}, {"vwap", got.VWAP, want.VWAP}, {"sd", got.SD, want.SD}, {"unit", got.Unit, want.Unit},
	} {
		if level.want == nil {
			r.value(level.what, level.got, core.Absent())
		} else {
			r.value(level.what, level.got, *level.want)
		}
	}
	r.nodes(got.HighNodes, want.HighNodes)
	r.nodes(got.LowNodes, want.LowNodes)
	return nil
}

func (r *row) nodes(got []volume.Node, want [][4]float64) {
	r.value("how many nodes there are", float64(len(got)), float64(len(want)))
	for i := range min(len(got), len(want)) {
		for k, v := range [...]float64{float64(got[i].Row), got[i].Price, got[i].Volume, got[i].Prominence} {
			r.value("a node's number", v, want[i][k])
		}
	}
}

// back goes on natively from the snapshot each host has left of each case.
func back(p place) error {
	var cases []testCase
	if err := readJSON(p.dir+"/cases.json", &cases); err != nil {
		return err
	}
	hosts, err := filepath.Glob(filepath.Join(p.dir, "left", "*"))
	if err != nil {
		return err
	}
	rows := map[string][]row{}
	for _, c := range cases {
		if c.Kind == "profile" {
			continue
		}
		bars, err := p.candles(c.Candles)
		if err != nil {
			return err
		}
		bars = bars.Slice(c.From, c.To)
		want, err := p.readReference(&c, bars)
		if err != nil {
			return err
		}
		for _, path := range hosts {
			host := filepath.Base(path)
			half, err := os.ReadFile(p.left(host, c.Name))
			if err != nil {
				return err
			}
			r := row{Host: host + ", back", Case: c.Name, Kind: c.Kind}
			if err := r.goOn("back from "+host, native{}, &c, bars, half, want); err != nil {
				return err
			}
			rows[r.Host] = append(rows[r.Host], r)
		}
	}
	for host, list := range rows {
		if err := writeJSON(p.rows(host), list); err != nil {
			return err
		}
	}
	return nil
}
