import { Period, RSI, SMA, STC, WaveTrend } from 'trading-signals'
import { enter, type Field } from '../contestant.ts'
import { flow, relative, schaff, stochastic, wave } from './periods.ts'
import { type Step, stream } from './stream.ts'

/** Its classes take one value at a time and answer null while they warm up. */
const contestant = enter<Float64Array[]>({
  name: 'trading-signals',
  note: 'streaming classes; WaveTrend, RSI and STC are whole, stochastic RSI of RSI, Period, SMA (its StochasticRSI drops zeros)',
  prepare: stream(start),
  columns: result => result,
})
export default { columns: [contestant], stream: [contestant] } satisfies Field

function start(): Step {
  const waves = new WaveTrend({
    channelInterval: wave.channel,
    averageInterval: wave.average,
    smoothingInterval: wave.signal,
  })
  const body = new SMA(flow.period)
  const rsi = new RSI(relative.period)
  const turn = new RSI(stochastic.rsi)
  const range = new Period(stochastic.period)
  const k = new SMA(stochastic.k)
  const d = new SMA(stochastic.d)
  const cycle = new STC({
    cycleInterval: schaff.period,
    fastInterval: schaff.fast,
    slowInterval: schaff.slow,
  })
  const none = Number.NaN
  return (bar, out, i) => {
    const { open, high, low, close } = bar
    const wt = waves.update(bar, false)
    const mf = body.update(high === low ? 0 : ((close - open) / (high - low)) * flow.multiplier, false)
    const r = turn.update(Math.log(close), false)
    const ends = r === null ? null : range.update(r, false)
    let fast = null
    let slow = null
    if (r !== null && ends !== null) {
      const { lowest, highest } = ends
      fast = highest > lowest ? k.update((100 * (r - lowest)) / (highest - lowest), false) : k.getResult()
      slow = fast === null ? null : d.update(fast, false)
    }
    out[0]![i] = wt?.wt1 ?? none
    out[1]![i] = wt?.wt2 ?? none
    out[2]![i] = mf === null ? none : mf - flow.offset
    out[3]![i] = rsi.update(close, false) ?? none
    out[4]![i] = fast ?? none
    out[5]![i] = slow ?? none
    out[6]![i] = cycle.update(close, false) ?? none
  }
}
