import { ema, mmax, mmin, rsi, sma } from 'indicatorts'
import { enter, type Field } from '../contestant.ts'
import { flow, relative, schaff, schaffSmoothing, stochastic, wave } from './periods.ts'

/** Its functions take and give plain arrays of the full length, with numbers where there should be none. */
const contestant = enter<number[][]>({
  name: 'indicatorts',
  note: 'only rsi is whole; the rest composed of ema, sma, mmin, mmax (its stoch gives NaN, for ever, from the first bar)',
  prepare: bars => {
    const open = Array.from(bars.open)
    const high = Array.from(bars.high)
    const low = Array.from(bars.low)
    const close = Array.from(bars.close)
    return () => [
      ...waves(high, low, close),
      moneyFlow(open, high, low, close),
      rsi(close, { period: relative.period }),
      ...turns(close),
      cycle(close),
    ]
  },
  columns: result => result,
})
export default { columns: [contestant] } satisfies Field

function waves(high: number[], low: number[], close: number[]): [number[], number[]] {
  const n = close.length
  const s = new Array<number>(n)
  for (let i = 0; i < n; i++) s[i] = (high[i]! + low[i]! + close[i]!) / 3
  const centre = ema(s, { period: wave.channel })
  const off = new Array<number>(n)
  for (let i = 0; i < n; i++) off[i] = Math.abs(s[i]! - centre[i]!)
  const spread = ema(off, { period: wave.channel })
  const index = new Array<number>(n)
  for (let i = 0; i < n; i++) index[i] = spread[i] === 0 ? 0 : (s[i]! - centre[i]!) / (0.015 * spread[i]!)
  const wt1 = ema(index, { period: wave.average })
  return [wt1, sma(wt1, { period: wave.signal })]
}

function moneyFlow(open: number[], high: number[], low: number[], close: number[]): number[] {
  const body = new Array<number>(close.length)
  for (let i = 0; i < body.length; i++) {
    const range = high[i]! - low[i]!
    body[i] = range === 0 ? 0 : ((close[i]! - open[i]!) / range) * flow.multiplier
  }
  const mf = sma(body, { period: flow.period })
  for (let i = 0; i < mf.length; i++) mf[i]! -= flow.offset
  return mf
}

function turns(close: number[]): [number[], number[]] {
  const logs = new Array<number>(close.length)
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(close[i]!)
  const raw = place(rsi(logs, { period: stochastic.rsi }), stochastic.period)
  const k = sma(raw, { period: stochastic.k })
  return [k, sma(k, { period: stochastic.d })]
}

function cycle(close: number[]): number[] {
  const fast = ema(close, { period: schaff.fast })
  const slow = ema(close, { period: schaff.slow })
  const m = new Array<number>(close.length)
  for (let i = 0; i < m.length; i++) m[i] = fast[i]! - slow[i]!
  const d = ema(place(m, schaff.period), { period: schaffSmoothing })
  return ema(place(d, schaff.period), { period: schaffSmoothing })
}

/** The place of a column within its latest range; its last value again where there is no range. */
function place(x: number[], period: number): number[] {
  const least = mmin(x, { period })
  const greatest = mmax(x, { period })
  const out = new Array<number>(x.length)
  let last = 0
  for (let i = 0; i < out.length; i++) {
    const range = greatest[i]! - least[i]!
    if (range > 0) last = ((x[i]! - least[i]!) / range) * 100
    out[i] = last
  }
  return out
}
