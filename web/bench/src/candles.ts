/** A series of bars as columns, oldest first; the form the engine takes. */
export interface Columns {
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

export const interval = 60_000
const firstOpen = 1_699_999_200_000 // 2023-11-14 22:00 UTC, a whole hour

/**
 * `bars` one-minute bars nobody can predict: a walk in whole hundredths with a
 * new direction each bar, so that no branch is learnt. Made of integers and one
 * division a price, hence the same bits here and in the native program, which
 * carries the same twelve lines.
 */
export function makeCandles(bars: number): Columns {
  const c: Columns = {
    openTime: new Float64Array(bars),
    open: new Float64Array(bars),
    high: new Float64Array(bars),
    low: new Float64Array(bars),
    close: new Float64Array(bars),
    volume: new Float64Array(bars),
  }
  let state = 2_463_534_242 // xorshift32, G. Marsaglia, 2003
  const below = (n: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % n
  }
  let close = 1_000_000
  for (let i = 0; i < bars; i++) {
    const open = close
    const step = below(2001) + below(2001) - 2000
    close = open + step < 100_000 || open + step > 10_000_000 ? open - step : open + step
    c.openTime[i] = firstOpen + i * interval
    c.open[i] = open / 100
    c.high[i] = (Math.max(open, close) + 1 + below(1000)) / 100
    c.low[i] = (Math.min(open, close) - 1 - below(1000)) / 100
    c.close[i] = close / 100
    c.volume[i] = (1 + below(100_000)) / 1000
  }
  return c
}

/** Bars `from` up to `to`, excluded, sharing memory with `c`. */
export function slice(c: Columns, from: number, to: number): Columns {
  return {
    openTime: c.openTime.subarray(from, to),
    open: c.open.subarray(from, to),
    high: c.high.subarray(from, to),
    low: c.low.subarray(from, to),
    close: c.close.subarray(from, to),
    volume: c.volume.subarray(from, to),
  }
}

/**
 * The stretches of `c` that calls over `bars` bars take in turn. A short series
 * fed again and again would teach the branch predictor its turns, so there are
 * as many as it takes to pass by 100,000 bars, where there are so many.
 */
export function windows(c: Columns, bars: number): Columns[] {
  const count = Math.max(1, Math.floor(Math.min(c.close.length, 100_000) / bars))
  return Array.from({ length: count }, (_, i) => slice(c, i * bars, (i + 1) * bars))
}
