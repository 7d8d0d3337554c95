import { enter, type Field } from '../contestant.ts'
import { ln } from './logarithm.ts'
import { flow, relative, schaff, stochastic, wave } from './periods.ts'
import { stream } from './stream.ts'

/** What a careful person writes to take a bar at a time: the floor of streaming, with the engine's bits. */
const plainClasses = enter<Float64Array[]>({
  name: 'plain classes',
  prepare: stream(() => {
    const waves = new Waves()
    const body = new SMA(flow.period)
    const rsi = new RSI(relative.period)
    const turns = new StochasticRSI()
    const cycle = new Schaff()
    return (bar, out, i) => {
      const range = bar.high - bar.low
      waves.next((bar.high + bar.low + bar.close) / 3)
      turns.next(ln(bar.close))
      out[0]![i] = waves.wt1
      out[1]![i] = waves.wt2
      out[2]![i] = body.next(range === 0 ? 0 : ((bar.close - bar.open) / range) * flow.multiplier) - flow.offset
      out[3]![i] = rsi.next(bar.close)
      out[4]![i] = turns.k
      out[5]![i] = turns.d
      out[6]![i] = cycle.next(bar.close)
    }
  }),
  columns: result => result,
})
export default { stream: [plainClasses] } satisfies Field

class EMA {
  private readonly period: number
  private readonly weight: number
  private seen = 0
  private value = 0

  constructor(period: number) {
    this.period = period
    this.weight = 2 / (period + 1)
  }

  next(x: number): number {
    if (this.seen >= this.period) {
      this.value += this.weight * (x - this.value)
      return this.value
    }
    this.value += x
    if (++this.seen < this.period) return Number.NaN
    this.value /= this.period
    return this.value
  }
}

/** The last values of a series, the oldest first to sum. */
class SMA {
  private readonly period: number
  private readonly ring: Float64Array
  private at = 0
  private seen = 0

  constructor(period: number) {
    this.period = period
    this.ring = new Float64Array(period)
  }

  next(x: number): number {
    const { ring, period } = this
    ring[this.at] = x
    this.at = this.at + 1 === period ? 0 : this.at + 1
    if (++this.seen < period) return Number.NaN
    let sum = 0
    for (let j = this.at; j < period; j++) sum += ring[j]!
    for (let j = 0; j < this.at; j++) sum += ring[j]!
    return sum / period
  }
}

class Waves {
  wt1 = Number.NaN
  wt2 = Number.NaN
  private readonly centre = new EMA(wave.channel)
  private readonly spread = new EMA(wave.channel)
  private readonly average = new EMA(wave.average)
  private readonly signal = new SMA(wave.signal)

  next(s: number): void {
    const off = s - this.centre.next(s)
    if (Number.isNaN(off)) return
    const spread = this.spread.next(Math.abs(off))
    if (Number.isNaN(spread)) return
    this.wt1 = this.average.next(spread <= 1e-12 * Math.abs(s) ? 0 : off / (0.015 * spread))
    if (!Number.isNaN(this.wt1)) this.wt2 = this.signal.next(this.wt1)
  }
}

class RSI {
  private readonly period: number
  private seen = 0
  private last = 0
  private up = 0
  private down = 0

  constructor(period: number) {
    this.period = period
  }

  next(x: number): number {
    const move = x - this.last
    const size = Math.abs(move)
    const rise = 0.5 * (size + move)
    const fall = 0.5 * (size - move)
    const n = this.period
    this.last = x
    if (this.seen > n) {
      this.up = (this.up * (n - 1) + rise) / n
      this.down = (this.down * (n - 1) + fall) / n
    } else {
      if (++this.seen === 1) return Number.NaN // no bar before
      this.up += rise
      this.down += fall
      if (this.seen <= n) return Number.NaN
      this.up /= n
      this.down /= n
    }
    return this.down !== 0 ? 100 - 100 / (1 + this.up / this.down) : this.up !== 0 ? 100 : 50
  }
}

/** The least and greatest of the last values, by the places of both. */
class Extremes {
  low = Number.NaN
  high = Number.NaN
  seen = 0
  private readonly period: number
  private readonly ring: Float64Array
  private at = 0
  private lowAt = 0
  private highAt = 0

  constructor(period: number) {
    this.period = period
    this.ring = new Float64Array(period).fill(Number.NaN)
  }

  next(x: number): void {
    const { ring, at } = this
    const lowLeaves = at === this.lowAt
    const highLeaves = at === this.highAt
    ring[at] = x
    this.seen++
    if (lowLeaves) this.findLow()
    else if (x <= this.low) {
      this.low = x
      this.lowAt = at
    }
    if (highLeaves) this.findHigh()
    else if (x >= this.high) {
      this.high = x
      this.highAt = at
    }
    this.at = at + 1 === this.period ? 0 : at + 1
  }

  private findLow(): void {
    this.low = this.ring[this.at]!
    this.lowAt = this.at
    for (let j = 0; j < this.period; j++) {
      if (this.ring[j]! < this.low) {
        this.low = this.ring[j]!
        this.lowAt = j
      }
    }
  }

  private findHigh(): void {
    this.high = this.ring[this.at]!
    this.highAt = this.at
    for (let j = 0; j < this.period; j++) {
      if (this.ring[j]! > this.high) {
        this.high = this.ring[j]!
        this.highAt = j
      }
    }
  }
}

class StochasticRSI {
  k = Number.NaN
  d = Number.NaN
  private readonly rsi = new RSI(stochastic.rsi)
  private readonly extremes = new Extremes(stochastic.period)
  private readonly slow = new SMA(stochastic.k)
  private readonly slower = new SMA(stochastic.d)

  next(x: number): void {
    const r = this.rsi.next(x)
    if (Number.isNaN(r)) return
    this.extremes.next(r)
    const range = this.extremes.high - this.extremes.low
    if (this.extremes.seen < stochastic.period) return
    if (range > 1e-10) this.k = this.slow.next((100 * (r - this.extremes.low)) / range)
    if (!Number.isNaN(this.k)) this.d = this.slower.next(this.k)
  }
}

class Schaff {
  private readonly fast = new EMA(schaff.fast)
  private readonly slow = new EMA(schaff.slow)
  private readonly first = new Extremes(schaff.period)
  private readonly second = new Extremes(schaff.period)
  private seen = 0
  private g = 0
  private d = 0
  private e = 0
  private s = 0

  next(close: number): number {
    const m = this.fast.next(close) - this.slow.next(close)
    if (!Number.isNaN(m)) {
      this.first.next(m)
      const range = this.first.high - this.first.low
      if (range > 0 && range > 1e-12 * Math.abs(close)) this.g = ((m - this.first.low) / range) * 100
    }
    this.d += schaff.factor * (this.g - this.d)
    this.second.next(this.d)
    const range = this.second.high - this.second.low
    if (range > 1e-10) this.e = ((this.d - this.second.low) / range) * 100
    this.s += schaff.factor * (this.e - this.s)
    return ++this.seen > schaff.slow + schaff.period - 2 ? this.s : Number.NaN
  }
}
