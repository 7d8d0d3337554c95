// Package cipher computes Quantum Cipher, the project's own indicator in the
// family of the public VuManChu Cipher A and Cipher B scripts: 21 readings and
// 56 flags at every bar, the same bits on every machine and in every host.
//
// # Words
//
//   - A bar is closed when final, forming until then. Next commits a closed bar;
//     Peek shows what a forming one would give if it closed as it is.
//   - A reading is a number at a bar, or absent (core.Absent) while it warms up.
//   - A flag is true or false at a bar. Most flags are events when true on a
//     closed bar, named "cipher.buy" and so on; the others, states, are the
//     pivots, ribbon_up and the two levels of the waves.
//   - A pivot is an extreme of an oscillator over two neighbours on each side.
//     It is found two bars late and never taken back. Two pivots in a row make a
//     divergence where price and oscillator disagree: regular where price goes
//     further, hidden where the oscillator does. Its event carries both pivots.
//   - A higher interval is made of the chart's own bars, and only its closed bars
//     speak: nothing a closed bar has said ever changes.
//
// # Presets
//
// Quantum, the default, is the public scripts with their defects mended;
// Classic is the scripts as TradingView runs them, quirks included, without
// their look into the future. A preset fixes rules; Params, which may be
// changed under either, are numbers.
//
// # Ways to compute
//
// Engine streams one bar at a time and allocates nothing. Compute fills columns
// for a whole series, several times as fast; NextColumns does the same for an
// engine that goes on afterwards. AppendBinary and Restore carry an engine
// through bytes. All ways give the same bits for the same bars.
//
// Catalog describes every reading, flag and parameter, CATALOG.md prints it,
// and ../PERFORMANCE.md says what a bar costs.
//
// Sources: LazyBear, "Indicator: WaveTrend Oscillator [WT]"; vumanchu, "VuManChu
// Cipher A" and "VuManChu B Divergences"; RicardoSantos, "[RS] Price Divergence
// Detector V2"; andreholanda73, "MFI+RSI Area"; and those named beside each part.
package cipher
