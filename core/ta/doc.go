// Package ta has the building blocks of the engines: small streaming types
// that take one value a bar and give one reading a bar.
//
// A value or reading that does not exist is absent, the canonical NaN of
// core.Absent; each type says what a gap does to it. Next commits one value.
// Column takes a run of values and leaves the same readings, bit for bit, and
// the same state as Next in a loop; it only runs faster. dst and src of Column
// may be the same slice, and dst must be at least as long as src.
//
// Every type is a plain value. Those that keep a window (SMA, Extremes,
// Stochastic, WaveTrend, Schaff) keep it in a slice, so a copy made by
// assignment shares it; Room and Place move the windows into memory of the
// caller, which is how an engine copies itself whole. Save and Load carry the
// state through a snapshot.
//
// Nothing here is safe for concurrent use, and nothing but a constructor
// allocates. Init is a constructor too, in place: in the wasm module each copy of
// a large value is a load and a store for each of its fields.
package ta
