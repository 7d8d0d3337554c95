import type { Bars } from './protocol.ts'
import type { UnixMs } from './time.ts'

const slack = 1_000 // bars over the bound before the oldest are dropped: moving a little each time would cost every bar

type Columns = readonly [keyof Omit<Bars, 'readings'>, ...(keyof Omit<Bars, 'readings'>)[]]
const columns: Columns = ['open_time', 'open', 'high', 'low', 'close', 'volume']

/** The newest bars of a series and their readings, at most `bound` and a little slack, in one piece of memory a column. */
export class History {
  readonly bound: number
  #length = 0
  readonly #all: Bars

  constructor(bound: number, readings: number) {
    const column = () => new Float64Array(bound + slack)
    this.bound = bound
    this.#all = {
      open_time: column(),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
      readings: Array.from({ length: readings }, column),
    }
  }

  get length(): number {
    return this.#length
  }

  /** The columns; only the first `length` values count. They stay the same arrays. */
  get bars(): Bars {
    return this.#all
  }

  clear(): void {
    this.#length = 0
  }

  /**
   * Adds bars at the end; of more than `bound` only the newest.
   * @returns how many of the oldest had to go: every index moves down by so many.
   */
  append(bars: Bars): number {
    const skip = Math.max(0, bars.open_time.length - this.bound)
    const added = bars.open_time.length - skip
    const drop = this.#length + added > this.bound + slack ? this.#length + added - this.bound : 0
    this.#each(bars, (into, from) => {
      if (drop > 0) into.copyWithin(0, drop, this.#length)
      into.set(from.subarray(skip), this.#length - drop)
    })
    this.#length += added - drop
    return drop
  }

  /** Copies of bars `from` to `to`, the end excluded. */
  slice(from: number, to: number): Bars {
    const cut = (column: Float64Array) => column.slice(from, Math.min(to, this.#length))
    const { readings, ...rest } = this.#all
    const { open_time, open, high, low, close, volume } = rest
    return {
      open_time: cut(open_time),
      open: cut(open),
      high: cut(high),
      low: cut(low),
      close: cut(close),
      volume: cut(volume),
      readings: readings.map(cut),
    }
  }

  /** Index of the first bar that opens at `at` or later; `length` if there is none. */
  indexOf(at: UnixMs): number {
    const times = this.#all.open_time
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (times[middle]! < at) low = middle + 1
      else high = middle
    }
    return low
  }

  #each(bars: Bars, copy: (into: Float64Array, from: Float64Array) => void): void {
    for (const name of columns) copy(this.#all[name], bars[name])
    for (const [i, into] of this.#all.readings.entries()) copy(into, bars.readings[i]!)
  }
}
