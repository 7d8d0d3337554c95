import { EMA, RSI, SMA, Stochastic, StochasticRSI } from 'technicalindicators'
import type { StochasticRSIOutput } from 'technicalindicators/declarations/momentum/StochasticRSI'
import { enter, type Field } from '../contestant.ts'
import { flow, relative, schaff, schaffSmoothing, stochastic, wave } from './periods.ts'

/** Its functions take and give plain arrays, drop the bars of their warm-up, and round RSI to two decimals. */
const contestant = enter<Result>({
  name: 'technicalindicators',
  note: 'RSI and StochasticRSI are whole and rounded to 0.01 inside; the rest composed of EMA, SMA, Stochastic',
  prepare: bars => {
    const open = Array.from(bars.open)
    const high = Array.from(bars.high)
    const low = Array.from(bars.low)
    const close = Array.from(bars.close)
    return () => {
      const rsi = RSI.calculate({ period: relative.period, values: close })
      const before = [...waves(high, low, close), moneyFlow(open, high, low, close), rsi]
      return { before, turns: turns(close), after: cycle(close) }
    }
  },
  columns: ({ before, turns, after }) => [...before, turns.map(row => row.k), turns.map(row => row.d), after],
})
export default { columns: [contestant] } satisfies Field

interface Result {
  readonly before: number[][]
  readonly turns: StochasticRSIOutput[]
  readonly after: number[]
}

function waves(high: number[], low: number[], close: number[]): [number[], number[]] {
  const n = close.length
  const s = new Array<number>(n)
  for (let i = 0; i < n; i++) s[i] = (high[i]! + low[i]! + close[i]!) / 3
  const centre = EMA.calculate({ period: wave.channel, values: s })
  const late = n - centre.length
  const off = new Array<number>(centre.length)
  for (let i = 0; i < off.length; i++) off[i] = Math.abs(s[i + late]! - centre[i]!)
  const spread = EMA.calculate({ period: wave.channel, values: off })
  const later = n - spread.length
  const index = new Array<number>(spread.length)
  for (let i = 0; i < index.length; i++) {
    const apart = s[i + later]! - centre[i + later - late]!
    index[i] = spread[i] === 0 ? 0 : apart / (0.015 * spread[i]!)
  }
  const wt1 = EMA.calculate({ period: wave.average, values: index })
  return [wt1, SMA.calculate({ period: wave.signal, values: wt1 })]
}

function moneyFlow(open: number[], high: number[], low: number[], close: number[]): number[] {
  const body = new Array<number>(close.length)
  for (let i = 0; i < body.length; i++) {
    const range = high[i]! - low[i]!
    body[i] = range === 0 ? 0 : ((close[i]! - open[i]!) / range) * flow.multiplier
  }
  const mf = SMA.calculate({ period: flow.period, values: body })
  for (let i = 0; i < mf.length; i++) mf[i]! -= flow.offset
  return mf
}

function turns(close: number[]): StochasticRSIOutput[] {
  const values = new Array<number>(close.length)
  for (let i = 0; i < values.length; i++) values[i] = Math.log(close[i]!)
  return StochasticRSI.calculate({
    values,
    rsiPeriod: stochastic.rsi,
    stochasticPeriod: stochastic.period,
    kPeriod: stochastic.k,
    dPeriod: stochastic.d,
  })
}

function cycle(close: number[]): number[] {
  const fast = EMA.calculate({ period: schaff.fast, values: close })
  const slow = EMA.calculate({ period: schaff.slow, values: close })
  const late = fast.length - slow.length
  const m = new Array<number>(slow.length)
  for (let i = 0; i < m.length; i++) m[i] = fast[i + late]! - slow[i]!
  return turn(turn(m))
}

/** The place of a column within its latest range, smoothed. */
function turn(x: number[]): number[] {
  const rows = Stochastic.calculate({ high: x, low: x, close: x, period: schaff.period, signalPeriod: 1 })
  return EMA.calculate({ period: schaffSmoothing, values: rows.map(row => row.k) })
}
