import { IndicatorsSync } from '@ixjb94/indicators'
import { enter, type Field } from '../contestant.ts'
import { flow, relative, schaff, schaffSmoothing, stochastic, wave } from './periods.ts'

const ta = new IndicatorsSync()

/** Its functions take and give plain arrays and drop the bars of their warm-up. */
const contestant = enter<number[][]>({
  name: '@ixjb94/indicators',
  note: 'wave, money flow and Schaff cycle composed of ema, sma, min, max; stochastic RSI of stochrsi, sma',
  prepare: bars => {
    const open = Array.from(bars.open)
    const high = Array.from(bars.high)
    const low = Array.from(bars.low)
    const close = Array.from(bars.close)
    return () => {
      const rsi = ta.rsi(close, relative.period)
      return [...waves(high, low, close), moneyFlow(open, high, low, close), rsi, ...turns(close), cycle(close)]
    }
  },
  columns: result => result,
})
export default { columns: [contestant] } satisfies Field

function waves(high: number[], low: number[], close: number[]): [number[], number[]] {
  const n = close.length
  const s = new Array<number>(n)
  for (let i = 0; i < n; i++) s[i] = (high[i]! + low[i]! + close[i]!) / 3
  const centre = ta.ema(s, wave.channel)
  const off = new Array<number>(n)
  for (let i = 0; i < n; i++) off[i] = Math.abs(s[i]! - centre[i]!)
  const spread = ta.ema(off, wave.channel)
  const index = new Array<number>(n)
  for (let i = 0; i < n; i++) index[i] = spread[i] === 0 ? 0 : (s[i]! - centre[i]!) / (0.015 * spread[i]!)
  const wt1 = ta.ema(index, wave.average)
  return [wt1, ta.sma(wt1, wave.signal)]
}

function moneyFlow(open: number[], high: number[], low: number[], close: number[]): number[] {
  const body = new Array<number>(close.length)
  for (let i = 0; i < body.length; i++) {
    const range = high[i]! - low[i]!
    body[i] = range === 0 ? 0 : ((close[i]! - open[i]!) / range) * flow.multiplier
  }
  const mf = ta.sma(body, flow.period)
  for (let i = 0; i < mf.length; i++) mf[i]! -= flow.offset
  return mf
}

function turns(close: number[]): [number[], number[]] {
  const logs = new Array<number>(close.length)
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(close[i]!)
  const raw = ta.stochrsi(logs, stochastic.rsi) // one period for both
  for (let i = 0; i < raw.length; i++) raw[i]! *= 100
  const k = ta.sma(raw, stochastic.k)
  return [k, ta.sma(k, stochastic.d)]
}

function cycle(close: number[]): number[] {
  const fast = ta.ema(close, schaff.fast)
  const slow = ta.ema(close, schaff.slow)
  const m = new Array<number>(close.length)
  for (let i = 0; i < m.length; i++) m[i] = fast[i]! - slow[i]!
  return turn(turn(m))
}

/** The place of a column within its latest range, smoothed; its last value again where there is no range. */
function turn(x: number[]): number[] {
  const least = ta.min(x, schaff.period)
  const greatest = ta.max(x, schaff.period)
  const out = new Array<number>(least.length)
  const gone = x.length - least.length
  let last = 0
  for (let i = 0; i < out.length; i++) {
    const range = greatest[i]! - least[i]!
    if (range > 0) last = ((x[i + gone]! - least[i]!) / range) * 100
    out[i] = last
  }
  return ta.ema(out, schaffSmoothing)
}
