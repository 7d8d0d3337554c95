// Package volume is Quantum Volume: how much volume traded at each price over
// a range of bars, and the levels read from it: point of control, value area,
// high and low volume nodes, naked points of control, volume-weighted mean.
//
// Compute takes a profile of bars in one shot, FromTrades the exact one of
// trades, and Engine keeps one up to date bar by bar. All three count volume
// in whole units, so they conserve it exactly and agree in every bit.
//
// Profiles from bars approximate those from trades; ACCURACY.md says how well,
// and ../PERFORMANCE.md what they cost.
//
// What is marked noinline is called from many places and never in the inner
// loops: each copy would weigh in the wasm module.
package volume

import "github.com/quantum-signals/quantum/core"

// Version names this engine's arithmetic.
const Version = core.EngineVersion
