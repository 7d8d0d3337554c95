import { EngineError } from './errors.ts'

/** Unix milliseconds, UTC. A bar's open time is the bar's identity. */
export type UnixMs = number

/** One bar: prices in quote currency, volume in base units. */
export interface Candle {
  open_time: UnixMs
  open: number
  high: number
  low: number
  close: number
  volume: number
}

/** The columns of a series, as the HTTP API writes them. */
export type CandleColumns = { readonly [K in keyof Candle]: ArrayLike<number> }

/** One bar as the HTTP API takes it: open time, open, high, low, close, volume. */
export type CandleRow = readonly [UnixMs, number, number, number, number, number]

/** What every call takes for candles: columns, rows or objects, oldest first. */
export type CandlesLike = Candles | CandleColumns | readonly CandleRow[] | readonly Candle[]

export const candleColumns = ['open_time', 'open', 'high', 'low', 'close', 'volume'] as const

/**
 * A series of candles as columns, oldest first. Made once from whatever the
 * caller has, it is passed to any number of calls without being read again.
 */
export class Candles implements CandleColumns {
  readonly open_time: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array

  /**
   * Columns that are Float64Array already are kept, not copied.
   * @throws {EngineError} `invalid_bar` where the columns are of different lengths.
   */
  constructor(candles: CandlesLike) {
    const columns = isColumns(candles) ? candles : transposed(candles)
    this.open_time = floats(columns.open_time)
    this.open = floats(columns.open)
    this.high = floats(columns.high)
    this.low = floats(columns.low)
    this.close = floats(columns.close)
    this.volume = floats(columns.volume)
    sameLength(Object.fromEntries(candleColumns.map(name => [name, this[name]])))
  }

  /** Candles as they are, or made of what they are not yet. */
  static from(candles: CandlesLike): Candles {
    return candles instanceof Candles ? candles : new Candles(candles)
  }

  /** How many bars there are. */
  get length(): number {
    return this.open_time.length
  }

  /** Bars from place `from` up to `to`, which is left out; the memory is shared. */
  slice(from: number, to: number): Candles {
    return new Candles({
      open_time: this.open_time.subarray(from, to),
      open: this.open.subarray(from, to),
      high: this.high.subarray(from, to),
      low: this.low.subarray(from, to),
      close: this.close.subarray(from, to),
      volume: this.volume.subarray(from, to),
    })
  }
}

function isColumns(candles: CandlesLike): candles is CandleColumns {
  return 'open_time' in candles
}

/** The values as they are or copied; what is no number, as a null of JSON, is NaN, which the module refuses by its name. */
export function floats(values: ArrayLike<number> | undefined): Float64Array {
  if (values instanceof Float64Array) return values
  return Float64Array.from(values ?? [], v => (typeof v === 'number' ? v : Number.NaN))
}

/** @throws {EngineError} `invalid_bar` naming the column whose length is not that of the first. */
export function sameLength(columns: Record<string, Float64Array>): void {
  const [[first, { length }] = ['', new Float64Array()], ...rest] = Object.entries(columns)
  for (const [field, column] of rest) {
    if (column.length === length) continue
    throw new EngineError({
      code: 'invalid_bar',
      field,
      text: `has ${column.length} values where ${first} has ${length}`,
    })
  }
}

function transposed(candles: readonly CandleRow[] | readonly Candle[]): CandleColumns {
  const pick = (name: keyof Candle, i: number) =>
    Array.from(candles as readonly (CandleRow | Candle)[], c => (isRow(c) ? c[i]! : c[name]))
  return {
    open_time: pick('open_time', 0),
    open: pick('open', 1),
    high: pick('high', 2),
    low: pick('low', 3),
    close: pick('close', 4),
    volume: pick('volume', 5),
  }
}

function isRow(candle: CandleRow | Candle): candle is CandleRow {
  return Array.isArray(candle)
}
