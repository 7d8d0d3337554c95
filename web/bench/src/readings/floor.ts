import type { Columns } from '../candles.ts'
import { enter, type Field } from '../contestant.ts'
import { ln } from './logarithm.ts'
import { flow, relative, schaff, stochastic, wave } from './periods.ts'

/**
 * What a careful person writes without any library: one plain loop an
 * indicator over typed columns, the engine's arithmetic in the engine's order,
 * hence its bits. Nothing is checked, and nothing is carried on.
 */
const plainLoop = enter<Float64Array[]>({
  name: 'plain loop',
  prepare: bars => () => [...waves(bars), moneyFlow(bars), ...others(bars)],
  columns: result => result,
})

/** The same with a running sum in the money flow, as the libraries have it: other last bits. */
const runningLoop = enter<Float64Array[]>({
  name: 'plain loop, running sum',
  note: 'money flow by a running sum, as every library has it: not the same bits, so no floor of the same arithmetic',
  prepare: bars => () => [...waves(bars), runningFlow(bars), ...others(bars)],
  columns: result => result,
})
export default { columns: [plainLoop, runningLoop] } satisfies Field

function others(bars: Columns): Float64Array[] {
  const [k, d] = stochasticRSI(bars.close)
  return [rsi(bars.close, relative.period), k, d, schaffCycle(bars.close)]
}

const absent = (n: number): Float64Array => new Float64Array(n).fill(Number.NaN)

function waves({ high, low, close }: Columns): [Float64Array, Float64Array] {
  const n = close.length
  const wt1 = absent(n)
  const wt2 = absent(n)
  const channel = 2 / (wave.channel + 1)
  const average = 2 / (wave.average + 1)
  const centred = wave.channel - 1
  const indexed = centred + wave.channel - 1
  const waved = indexed + wave.average - 1
  let centre = 0
  let spread = 0
  let wt = 0
  let before = Number.NaN
  let last = Number.NaN
  for (let i = 0; i < n; i++) {
    const s = (high[i]! + low[i]! + close[i]!) / 3
    if (i > centred) centre += channel * (s - centre)
    else if (i < centred) centre += s
    else centre = (centre + s) / wave.channel
    if (i < centred) continue
    const off = Math.abs(s - centre)
    if (i > indexed) spread += channel * (off - spread)
    else if (i < indexed) spread += off
    else spread = (spread + off) / wave.channel
    if (i < indexed) continue
    const index = spread <= 1e-12 * Math.abs(s) ? 0 : (s - centre) / (0.015 * spread)
    if (i > waved) wt += average * (index - wt)
    else if (i < waved) wt += index
    else wt = (wt + index) / wave.average
    if (i < waved) continue
    wt1[i] = wt
    wt2[i] = (before + last + wt) / wave.signal
    before = last
    last = wt
  }
  return [wt1, wt2]
}

/** Where a bar closed within its range, scaled; 0 for a bar without one. */
function bodies({ open, high, low, close }: Columns): Float64Array {
  const body = new Float64Array(close.length)
  for (let i = 0; i < body.length; i++) {
    const range = high[i]! - low[i]!
    body[i] = range === 0 ? 0 : ((close[i]! - open[i]!) / range) * flow.multiplier
  }
  return body
}

function moneyFlow(bars: Columns): Float64Array {
  const body = bodies(bars)
  const mf = absent(body.length)
  for (let i = flow.period - 1; i < mf.length; i++) {
    let sum = 0
    for (let j = i - flow.period + 1; j <= i; j++) sum += body[j]!
    mf[i] = sum / flow.period - flow.offset
  }
  return mf
}

function runningFlow(bars: Columns): Float64Array {
  const body = bodies(bars)
  const mf = absent(body.length)
  let sum = 0
  for (let i = 0; i < mf.length; i++) {
    sum += body[i]!
    if (i >= flow.period) sum -= body[i - flow.period]!
    if (i >= flow.period - 1) mf[i] = sum / flow.period - flow.offset
  }
  return mf
}

/** Wilder's, of a column without gaps. The rise is 0.5*(x + |x|): a branch there is mispredicted every other bar. */
function rsi(x: Float64Array, period: number): Float64Array {
  const out = absent(x.length)
  let up = 0
  let down = 0
  for (let i = 1; i < x.length; i++) {
    const move = x[i]! - x[i - 1]!
    const size = Math.abs(move)
    const rise = 0.5 * (size + move)
    const fall = 0.5 * (size - move)
    if (i > period) {
      up = (up * (period - 1) + rise) / period
      down = (down * (period - 1) + fall) / period
    } else {
      up += rise
      down += fall
      if (i < period) continue
      up /= period
      down /= period
    }
    out[i] = down !== 0 ? 100 - 100 / (1 + up / down) : up !== 0 ? 100 : 50
  }
  return out
}

function stochasticRSI(close: Float64Array): [Float64Array, Float64Array] {
  const n = close.length
  const logs = new Float64Array(n)
  for (let i = 0; i < n; i++) logs[i] = ln(close[i]!)
  const x = rsi(logs, stochastic.rsi)
  const k = absent(n)
  const d = absent(n)
  const raw = [Number.NaN, Number.NaN, Number.NaN]
  const first = stochastic.rsi + stochastic.period - 1
  let lowest = 0
  let highest = 0
  for (let i = first; i < n; i++) {
    lowest = least(x, i - stochastic.period + 1, i, lowest)
    highest = greatest(x, i - stochastic.period + 1, i, highest)
    const range = x[highest]! - x[lowest]!
    if (range > 1e-10) {
      raw[0] = raw[1]!
      raw[1] = raw[2]!
      raw[2] = (100 * (x[i]! - x[lowest]!)) / range
    }
    k[i] = (raw[0]! + raw[1]! + raw[2]!) / stochastic.k
    d[i] = (k[i - 2]! + k[i - 1]! + k[i]!) / stochastic.d
  }
  return [k, d]
}

/** The place of the least of x from `from` to `to`, when that of the stretch one earlier was `at`. */
function least(x: Float64Array, from: number, to: number, at: number): number {
  if (at < from) {
    at = from
    for (let j = from + 1; j < to; j++) if (x[j]! <= x[at]!) at = j
  }
  return x[to]! <= x[at]! ? to : at
}

function greatest(x: Float64Array, from: number, to: number, at: number): number {
  if (at < from) {
    at = from
    for (let j = from + 1; j < to; j++) if (x[j]! >= x[at]!) at = j
  }
  return x[to]! >= x[at]! ? to : at
}

function schaffCycle(close: Float64Array): Float64Array {
  const n = close.length
  const m = macd(close)
  const stc = absent(n)
  const d = new Float64Array(n)
  const warm = schaff.slow + schaff.period - 2
  let g = 0
  let e = 0
  let s = 0
  let lowM = -1
  let highM = -1
  let lowD = -1
  let highD = -1
  for (let i = 0; i < n; i++) {
    const from = i - schaff.period + 1
    if (i >= schaff.slow - 1) {
      const present = Math.max(from, schaff.slow - 1)
      lowM = least(m, present, i, lowM)
      highM = greatest(m, present, i, highM)
      const range = m[highM]! - m[lowM]!
      if (range > 0 && range > 1e-12 * Math.abs(close[i]!)) g = ((m[i]! - m[lowM]!) / range) * 100
    }
    d[i] = i === 0 ? g : d[i - 1]! + schaff.factor * (g - d[i - 1]!)
    lowD = least(d, Math.max(from, 0), i, lowD)
    highD = greatest(d, Math.max(from, 0), i, highD)
    const range = d[highD]! - d[lowD]!
    if (from >= 0 && range > 1e-10) e = ((d[i]! - d[lowD]!) / range) * 100
    s += schaff.factor * (e - s)
    if (i >= warm) stc[i] = s
  }
  return stc
}

/** EMA(fast) less EMA(slow), absent before the slow one is there. */
function macd(close: Float64Array): Float64Array {
  const out = absent(close.length)
  const quick = 2 / (schaff.fast + 1)
  const lazy = 2 / (schaff.slow + 1)
  let fast = 0
  let slow = 0
  for (let i = 0; i < close.length; i++) {
    const x = close[i]!
    if (i >= schaff.fast) fast += quick * (x - fast)
    else if (i < schaff.fast - 1) fast += x
    else fast = (fast + x) / schaff.fast
    if (i >= schaff.slow) slow += lazy * (x - slow)
    else if (i < schaff.slow - 1) slow += x
    else slow = (slow + x) / schaff.slow
    if (i >= schaff.slow - 1) out[i] = fast - slow
  }
  return out
}
