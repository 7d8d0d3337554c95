import type { Columns } from '../candles.ts'

/** A bar as an object: what streaming libraries are fed, each taking the fields it wants. */
export interface Bar {
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** Takes one bar and puts its seven readings, NaN where there is none yet, at place `i` of the columns. */
export type Step = (bar: Bar, out: Float64Array[], i: number) => void

/** The bars of `c` as objects. */
export function bars(c: Columns): Bar[] {
  return Array.from({ length: c.close.length }, (_, i) => ({
    openTime: c.openTime[i]!,
    open: c.open[i]!,
    high: c.high[i]!,
    low: c.low[i]!,
    close: c.close[i]!,
    volume: c.volume[i]!,
  }))
}

/**
 * Makes a contestant of something that takes one bar at a time: `start` makes
 * it afresh, and the work is to feed it every bar and note the seven readings,
 * in columns used again and again.
 */
export function stream(start: () => Step): (c: Columns) => () => Float64Array[] {
  return c => {
    const list = bars(c)
    const out = Array.from({ length: 7 }, () => new Float64Array(list.length))
    return () => {
      const step = start()
      for (let i = 0; i < list.length; i++) step(list[i]!, out, i)
      return out
    }
  }
}
