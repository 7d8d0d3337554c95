import type {
  ISeriesApi,
  SeriesDataItemTypeMap,
  SeriesType,
  Time,
  UTCTimestamp,
  WhitespaceData,
} from 'lightweight-charts'
import type { History } from '../history.ts'
import type { Bars, Forming } from '../protocol.ts'
import type { UnixMs } from '../time.ts'

/** The chart counts in seconds: the one place where Unix milliseconds become its time. */
export function chartTime(at: UnixMs): UTCTimestamp {
  return (at / 1_000) as UTCTimestamp
}

/** The other way round. */
export function unixMs(time: Time): UnixMs {
  return Number(time) * 1_000 // the chart is only ever given UTCTimestamps
}

type Field = keyof Omit<Bars, 'readings'>

/** What is drawn, row by row: the closed bars, then the forming one. */
export class Rows {
  readonly history: History
  readonly names: readonly string[]
  forming: Forming | null = null

  constructor(history: History, names: readonly string[]) {
    this.history = history
    this.names = names
  }

  get length(): number {
    return this.history.length + (this.forming ? 1 : 0)
  }

  field(name: Field, row: number): number {
    if (row < this.history.length) return this.history.bars[name][row]!
    return this.forming?.[name] ?? Number.NaN
  }

  time(row: number): UTCTimestamp {
    return chartTime(this.field('open_time', row))
  }

  /** The row that opens at `at`, or the first one after it. */
  indexOf(at: UnixMs): number {
    return Math.min(this.history.indexOf(at), this.length - 1)
  }

  /** A reader of one reading: row to value, NaN where it is absent. */
  reading(name: string): (row: number) => number {
    const column = this.names.indexOf(name)
    const closed = this.history.bars.readings[column]
    return row => (row < this.history.length ? closed?.[row] : this.forming?.readings[column]) ?? Number.NaN
  }
}

/** One series of the chart and how a row becomes its point. */
export interface Plot {
  load(rows: number): void
  update(row: number): void
  /** Takes the last row away. */
  pop(): void
}

type Point<T extends SeriesType> = SeriesDataItemTypeMap<Time>[T] | WhitespaceData<Time>

export function plot<T extends SeriesType>(series: ISeriesApi<T>, point: (row: number) => Point<T>): Plot {
  // The two are the same type; TypeScript does not see through the map with T still open.
  const at = point as (row: number) => SeriesDataItemTypeMap<Time>[T]
  return {
    load: rows => series.setData(Array.from({ length: rows }, (_, row) => at(row))),
    update: row => series.update(at(row)),
    pop: () => series.pop(1),
  }
}

/** The points of a reading: whitespace where it is absent. */
export function readingPoint(
  rows: Rows,
  name: string,
): (row: number) => { time: UTCTimestamp; value: number } | WhitespaceData<Time> {
  const value = rows.reading(name)
  return row => {
    const v = value(row)
    return Number.isNaN(v) ? { time: rows.time(row) } : { time: rows.time(row), value: v }
  }
}
