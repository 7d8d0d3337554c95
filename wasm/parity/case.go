package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// testCase is one comparison every host makes, as cases.json tells it to
// those that are not Go.
type testCase struct {
	Name     string        `json:"name"`
	Kind     string        `json:"kind"` // cipher, profile or volume
	Candles  string        `json:"candles"`
	Vector   string        `json:"vector,omitempty"` // volume has none: the native engine is the reference
	Interval core.Interval `json:"interval,omitempty"`
	Params   []float64     `json:"params"`
	From     int           `json:"from"` // bars of the candles, To excluded
	To       int           `json:"to"`
	Half     int           `json:"half,omitempty"` // the bar before which the engine moves to another host
	Range    *span         `json:"range,omitempty"`
}

// span is a range in the words of the TypeScript package.
type span struct {
	Kind   string  `json:"kind"`
	Offset int     `json:"offset,omitempty"`
	Length int     `json:"length,omitempty"`
	Bars   int     `json:"bars,omitempty"`
	From   int64   `json:"from,omitempty"`
	Bounds []int64 `json:"bounds,omitempty"`
}

func (s span) volumeRange() volume.Range {
	r := volume.Range{Offset: s.Offset, Length: s.Length, Bars: s.Bars, From: s.From, Bounds: s.Bounds}
	for k := range volume.RangeKind(6) {
		if k.String() == s.Kind {
			r.Kind = k
		}
	}
	return r
}

func (p place) cases() ([]testCase, error) {
	var all []testCase
	for _, list := range []func() ([]testCase, error){p.cipherCases, p.profileCases, p.volumeCases} {
		cases, err := list()
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	return all, nil
}

// cipherCases are one for each file of results.
func (p place) cipherCases() ([]testCase, error) {
	paths, err := filepath.Glob(filepath.Join(p.vectors, "cipher/testdata/*.*.csv.gz"))
	if err != nil || len(paths) < 9 {
		return nil, fmt.Errorf("%d result files below %s, want at least 9 (%w)", len(paths), p.vectors, err)
	}
	var cases []testCase
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".csv.gz")
		series, kind, _ := strings.Cut(name, ".")
		params, err := p.cipherParams(kind)
		if err != nil {
			return nil, err
		}
		c, err := p.candles("cipher/" + series + ".csv.gz")
		if err != nil {
			return nil, err
		}
		interval := 15 * core.Minute
		if series == "tiny" {
			interval = core.Hour
		}
		v := params.Vector()
		cases = append(cases, testCase{
			Name: name, Kind: "cipher", Candles: "cipher/" + series + ".csv.gz", Vector: "cipher/" + name + ".csv.gz",
			Interval: interval, Params: v[:], To: c.Len(), Half: c.Len() / 2,
		})
	}
	return cases, nil
}

// cipherParams are the preset of that name, or classic with the changes of the
// file of that name.
func (p place) cipherParams(kind string) (cipher.Params, error) {
	if preset, ok := cipher.ParsePreset(kind); ok {
		return cipher.Default(preset), nil
	}
	params := cipher.Default(cipher.Classic)
	var changes map[string]any
	if err := readJSON(p.testdata("cipher/"+kind+".json"), &changes); err != nil {
		return params, err
	}
	set := map[string]float64{}
	for name, value := range changes {
		switch v := value.(type) {
		case bool:
			set[name] = map[bool]float64{true: 1}[v]
		case float64:
			set[name] = v
		case []any: // ribbon_periods are ribbon_period1 … ribbon_period8
			for i, period := range v {
				set[strings.TrimSuffix(name, "s")+strconv.Itoa(i+1)] = period.(float64)
			}
		}
	}
	for name, value := range set {
		if err := params.Set(name, value); err != nil {
			return params, err
		}
	}
	return params, nil
}

// profileCases are one for each file of results.
func (p place) profileCases() ([]testCase, error) {
	paths, err := filepath.Glob(filepath.Join(p.vectors, "volume/testdata/*.json"))
	if err != nil || len(paths) < 12 {
		return nil, fmt.Errorf("%d result files below %s, want at least 12 (%w)", len(paths), p.vectors, err)
	}
	var cases []testCase
	for _, path := range paths {
		var vector struct{ Args []string }
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &vector)
		}
		if err != nil {
			return nil, err
		}
		c, err := p.profileCase(vector.Args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		c.Name = strings.TrimSuffix(filepath.Base(path), ".json")
		c.Vector = "volume/" + filepath.Base(path)
		cases = append(cases, c)
	}
	return cases, nil
}

// profileCase reads the arguments the reference was given.
func (p place) profileCase(args []string) (testCase, error) {
	c := testCase{Kind: "profile", Candles: "volume/" + filepath.Base(args[0])}
	bars, err := p.candles(c.Candles)
	if err != nil {
		return c, err
	}
	c.To = bars.Len()
	params := volume.Default()
	choices := map[string]float64{"pairs": 0, "single": 1, "uniform": 0, "close": 1}
	for i := 1; i < len(args); i += 2 {
		value, ok := choices[args[i+1]]
		if !ok {
			if value, err = strconv.ParseFloat(args[i+1], 64); err != nil {
				return c, err
			}
		}
		switch name := strings.ReplaceAll(strings.TrimPrefix(args[i], "--"), "-", "_"); name {
		case "from":
			c.From = int(value)
		case "to":
			c.To = int(value)
		case "unit":
			err = params.Set("volume_unit", value)
		default:
			err = params.Set(name, value)
		}
		if err != nil {
			return c, err
		}
	}
	v := params.Vector()
	c.Params = v[:]
	return c, nil
}

// volumeCases are the developing levels over every kind of range.
func (p place) volumeCases() ([]testCase, error) {
	var cases []testCase
	for _, series := range []string{"walk", "gaps", "torture"} {
		name := "volume/" + series + ".csv.gz"
		c, err := p.candles(name)
		if err != nil {
			return nil, err
		}
		const bars = 1500
		at := func(i int) int64 { return c.OpenTime[i] }
		for _, r := range []span{
			{Kind: "session"},
			{Kind: "session", Offset: 90, Length: 240},
			{Kind: "week"},
			{Kind: "month"},
			{Kind: "bounds", Bounds: []int64{at(100), at(700), at(1100)}},
			{Kind: "rolling", Bars: 50},
			{Kind: "anchored", From: at(300)},
		} {
			params := volume.Default()
			label := r.Kind
			if r.Length > 0 {
				label = "4h"
			}
			v := params.Vector()
			cases = append(cases, testCase{
				Name: series + "." + label, Kind: "volume", Candles: name, Interval: 15 * core.Minute, Params: v[:],
				To: bars, Half: bars/2 + 7, Range: &r,
			})
		}
	}
	return cases, nil
}
