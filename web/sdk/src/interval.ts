import { EngineError } from './errors.ts'

/** The length of a bar: milliseconds, or a whole number and one of s, m, h, d, w, as in `15m`. */
export type Interval = number | string

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/**
 * The length in milliseconds; the module checks its bounds.
 * @throws {EngineError} `invalid_parameter` for text that is no interval.
 */
export function intervalMs(interval: Interval): number {
  if (typeof interval === 'number') return interval
  const [, count, unit] = /^([1-9]\d{0,6})([smhdw])$/.exec(interval) ?? []
  if (count && unit) return Number(count) * units[unit]!
  throw new EngineError({ code: 'invalid_parameter', rule: 'interval', field: 'interval', text: interval })
}
