package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

func engineSections() []section {
	return []section{
		{
			id:    "engine-columns",
			title: "The whole cipher as columns",
			note:  "All 21 readings, 56 flags and the events of cipher.Compute and AppendSeriesEvents against its seven plain readings alone.",
			ways:  []string{"whole", "seven alone"},
			ratios: []ratio{
				{head: "of seven", of: 0, to: 1, aim: 2.5, judgedAt: 1000},
			},
			pieces: []piece{{
				name: "Quantum Cipher", as: "columns",
				ready: func(room int) []func(core.Columns) {
					w := newWhole(room)
					return []func(core.Columns){w.run, into(sevenColumns, len(plain), room)}
				},
				check: checkEngine,
			}},
		},
		{
			id:    "engine-stream",
			title: "The whole cipher as a stream",
			note:  "Engine.Next and AppendEvents at every bar, the engine made beforehand, against the seven plain readings of core/ta's Next.",
			ways:  []string{"whole", "seven alone", "Peek"},
			ratios: []ratio{
				{head: "of seven", of: 0, to: 1, aim: 2.5, judgedAt: 1000},
			},
			pieces: []piece{{
				name: "Quantum Cipher", as: "stream",
				ready: func(int) []func(core.Columns) {
					live, trial := newEngine(), newEngine()
					return []func(core.Columns){
						live.run,
						func(c core.Columns) { sevenStream(nil, c) },
						trial.peek,
					}
				},
			}},
		},
	}
}

// whole is all the cipher gives for a series.
type whole struct {
	columns cipher.Columns
	events  []cipher.Event
}

func newWhole(room int) *whole { return &whole{columns: cipher.MakeColumns(room)} }

func (w *whole) run(c core.Columns) {
	out := cipher.Columns{Flags: w.columns.Flags[:c.Len()]}
	for r, column := range w.columns.Values {
		out.Values[r] = column[:c.Len()]
	}
	compute(c, &out)
	w.events = must(cipher.AppendSeriesEvents(w.events[:0], cipher.Default(cipher.Quantum), core.Minute, c, &out))
}

// engine is the cipher bar by bar. Engines live for ever, so one is kept from
// run to run: its bars go on, a minute each, where the last run's ended.
type engine struct {
	*cipher.Engine
	clock  int64 // open time of the next bar
	out    cipher.Output
	events []cipher.Event
	seen   func(i int, out *cipher.Output, events []cipher.Event) // nil in a race
}

func newEngine() *engine {
	return &engine{Engine: must(cipher.New(cipher.Default(cipher.Quantum), core.Minute)), events: make([]cipher.Event, 0, cipher.NumFlags)}
}

func (e *engine) run(c core.Columns) {
	for i := range c.Len() {
		bar := c.At(i)
		bar.OpenTime = e.clock
		e.clock += int64(core.Minute)
		if err := e.Next(bar, &e.out); err != nil {
			panic(err)
		}
		e.events = e.AppendEvents(e.events[:0])
		if e.seen != nil {
			e.seen(i, &e.out, e.events)
		}
	}
}

// peek asks what every bar would give if it were the next one, after 1,000
// have closed.
func (e *engine) peek(c core.Columns) {
	if e.Bars() == 0 {
		e.run(c.Slice(0, min(1000, c.Len())))
	}
	for i := range c.Len() {
		bar := c.At(i)
		bar.OpenTime = e.clock
		if err := e.Peek(bar, &e.out); err != nil {
			panic(err)
		}
	}
}

// checkEngine holds columns to the stream, events included.
func checkEngine(c core.Columns) error {
	w, live := newWhole(c.Len()), newEngine()
	w.run(c)
	at := 0
	var failed error
	live.seen = func(i int, out *cipher.Output, events []cipher.Event) {
		for r, v := range out.Values {
			if math.Float64bits(v) != math.Float64bits(w.columns.Values[r][i]) && failed == nil {
				failed = fmt.Errorf("cipher: bar %d, %v: stream %v, columns %v", i, cipher.Reading(r), v, w.columns.Values[r][i])
			}
		}
		if out.Flags != w.columns.Flags[i] && failed == nil {
			failed = fmt.Errorf("cipher: bar %d: flags %#x as a stream, %#x in columns", i, out.Flags, w.columns.Flags[i])
		}
		end := min(at+len(events), len(w.events))
		if !slices.Equal(events, w.events[at:end]) && failed == nil {
			failed = fmt.Errorf("cipher: bar %d: events %v as a stream, %v in columns", i, events, w.events[at:end])
		}
		at = end
	}
	live.run(c)
	if at != len(w.events) && failed == nil {
		failed = fmt.Errorf("cipher: %d events as a stream, %d in columns", at, len(w.events))
	}
	return failed
}
