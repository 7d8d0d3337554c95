import { DC, EMA, RSI, SMA, StochasticRSI } from '@debut/indicators'
import { enter, type Field } from '../contestant.ts'
import { flow, relative, schaff, schaffSmoothing, stochastic, wave } from './periods.ts'
import { type Step, stream } from './stream.ts'

/** Its classes take one value at a time and answer undefined while they warm up. */
const contestant = enter<Float64Array[]>({
  name: '@debut/indicators',
  note: 'streaming classes; wave, money flow and Schaff cycle composed of EMA, SMA, DC',
  prepare: stream(start),
  columns: result => result,
})
export default { columns: [contestant], stream: [contestant] } satisfies Field

function start(): Step {
  const centre = new EMA(wave.channel)
  const spread = new EMA(wave.channel)
  const average = new EMA(wave.average)
  const signal = new SMA(wave.signal)
  const body = new SMA(flow.period)
  const rsi = new RSI(relative.period)
  const turns = new StochasticRSI(stochastic.rsi, stochastic.k, stochastic.d, stochastic.period)
  const fast = new EMA(schaff.fast)
  const slow = new EMA(schaff.slow)
  const first = new Turn()
  const second = new Turn()
  const none = Number.NaN
  return ({ open, high, low, close }, out, i) => {
    const s = (high + low + close) / 3
    const off = s - (centre.nextValue(s) ?? none)
    const width = Number.isNaN(off) ? undefined : spread.nextValue(Math.abs(off))
    const wt1 = width === undefined ? undefined : average.nextValue(width === 0 ? 0 : off / (0.015 * width))
    const wt2 = wt1 === undefined ? undefined : signal.nextValue(wt1)
    const range = high - low
    const mf = body.nextValue(range === 0 ? 0 : ((close - open) / range) * flow.multiplier)
    const turn = turns.nextValue(Math.log(close))
    const quick = fast.nextValue(close)
    const lazy = slow.nextValue(close)
    const d = lazy === undefined ? undefined : first.next(quick! - lazy)
    const stc = d === undefined ? undefined : second.next(d)
    out[0]![i] = wt1 ?? none
    out[1]![i] = wt2 ?? none
    out[2]![i] = mf === undefined ? none : mf - flow.offset
    out[3]![i] = rsi.nextValue(close) ?? none
    out[4]![i] = turn === undefined ? none : turn.k
    out[5]![i] = turn?.d ?? none
    out[6]![i] = stc ?? none
  }
}

/** The place of a value within its latest range, smoothed. */
class Turn {
  private readonly range = new DC(schaff.period)
  private readonly smooth = new EMA(schaffSmoothing)
  private last = 0

  next(x: number): number | undefined {
    const { upper, lower } = this.range.nextValue(x, x)
    if (upper > lower) this.last = ((x - lower) / (upper - lower)) * 100
    return this.smooth.nextValue(this.last)
  }
}
