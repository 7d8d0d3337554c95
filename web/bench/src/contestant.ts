import type { Columns } from './candles.ts'

/** The seven readings any library can compose, in the engine's order. */
export const readingNames = ['wt1', 'wt2', 'mf', 'rsi', 'stoch_k', 'stoch_d', 'stc'] as const

/**
 * A column a name above. Libraries drop the bars of their warm-up, so a column
 * may be shorter than the series: the last entry is the last bar's.
 */
export type Readings = readonly ArrayLike<number>[]

/** One way to compute a result from bars. */
export interface Contestant<Result = unknown> {
  readonly name: string
  /** What was composed from parts, or differs; one line for the reader. */
  readonly note?: string
  /** Whose columns it is compared with, by name; by default the first one's. */
  readonly like?: string
  /**
   * Brings the bars into the form the library takes, which is not timed, and
   * returns the work, which is.
   */
  prepare(bars: Columns): () => Result
  /** The columns in a result: what is compared before anything is timed. */
  columns(result: Result): Readings
}

/** What one file of contestants exports: its tests, by the section they run in. */
export type Field = Partial<Record<Section, readonly Contestant[]>>

/** The races. A volume race is of that many rows. */
export type Section = 'columns' | 'stream' | 'engine' | `volume-${number}`

/** A contestant as one of a field, its result's type forgotten. */
export function enter<Result>(contestant: Contestant<Result>): Contestant {
  return contestant as Contestant
}
