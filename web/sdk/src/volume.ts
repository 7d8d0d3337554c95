import { type Candle, Candles, type CandlesLike, type UnixMs } from './candles.ts'
import { type Catalog, named, type Params } from './catalog.ts'
import { columnAt, EngineHandle, infoHead } from './engine.ts'
import { type EngineEvent, readEvents } from './events.ts'
import type { EngineExports, Exports } from './module.ts'
import {
  profileWords,
  readNodes,
  readProfile,
  shapes,
  type VolumeNode,
  type VolumeProfile,
  type VolumeShape,
} from './profile.ts'

/** Over which bars an engine takes its profile. */
export type VolumeRange =
  /** Sessions of `length` minutes, a day if left out, that start `offset` minutes after 00:00 UTC. */
  | { kind: 'session'; offset?: number; length?: number }
  /** Sessions that begin with the week, Monday 00:00 UTC, or the month, `offset` minutes later. */
  | { kind: 'week' | 'month'; offset?: number }
  /** Sessions that begin at these times, ascending. */
  | { kind: 'bounds'; bounds: ArrayLike<UnixMs> }
  /** The last so many bars. */
  | { kind: 'rolling'; bars: number }
  /** From one bar on, growing. */
  | { kind: 'anchored'; from: UnixMs }

const rangeKinds = ['session', 'week', 'month', 'bounds', 'rolling', 'anchored'] as const
const rangeWords = 5

/** The range as the module takes it. */
export function rangeVector(range: VolumeRange): Float64Array {
  const {
    offset = 0,
    length = 0,
    bars = 0,
    from = 0,
    bounds = [],
  } = range as {
    [K in 'offset' | 'length' | 'bars' | 'from']?: number
  } & { bounds?: ArrayLike<number> }
  return Float64Array.from([rangeKinds.indexOf(range.kind), offset, length, bars, from, ...Array.from(bounds)])
}

/** The readings of a bar: levels of the profile over the range so far, NaN where absent. */
export interface VolumeLevels {
  poc: number
  vah: number
  val: number
  total: number
  enclosed: number
  vwap: number
  sd: number
  /** Open time of the range's first bar. */
  start: UnixMs
  /** Bars in the range; 0 where the bar lies in no session. */
  count: number
}

const levelNames = ['poc', 'vah', 'val', 'total', 'enclosed', 'vwap', 'sd', 'start', 'count'] as const

/** An event of Quantum Volume and the levels it is about. */
export interface VolumeEvent extends EngineEvent {
  /** Of a shift the point of control before and after, of a break the edge crossed, else every level touched or crossed; `start` is the open time of its session's first bar. */
  levels: { price: number; start: UnixMs }[]
}

/** The levels of a series, one entry a bar, and its events. */
export type VolumeColumns = { [K in keyof VolumeLevels]: Float64Array } & {
  open_time: Float64Array
  events: VolumeEvent[]
}

/** A finished session. */
export interface VolumeSession {
  /** Open times of its first and last bar. */
  start: UnixMs
  end: UnixMs
  levels: VolumeLevels
  shape: VolumeShape
  low_nodes: VolumeNode[]
}

/** The point of control of a finished session that no later bar has touched. */
export interface NakedPoc {
  price: number
  /** Open time of its session's first bar. */
  start: UnixMs
  /** Sessions begun since, the running one included. */
  age: number
}

export function volumeExports(x: Exports): EngineExports {
  return {
    free: x.volume_free,
    next: x.volume_next,
    peek: x.volume_peek,
    next_many: x.volume_next_many,
    events: x.volume_events,
    info: x.volume_info,
    snapshot: x.volume_snapshot,
    restore: x.volume_restore,
  }
}

/**
 * Quantum Volume one bar at a time. Free it with dispose(), or declare it with
 * `using`; one that is forgotten is freed some time after.
 */
export class VolumeStream {
  readonly #catalog: Catalog
  #engine: EngineHandle

  constructor(engine: EngineHandle, catalog: Catalog) {
    this.#engine = engine
    this.#catalog = catalog
  }

  /**
   * Commits a closed bar and returns the levels after it.
   * @throws {EngineError} naming bar, field, value and bound; nothing has changed then.
   */
  next(candle: Candle): VolumeLevels {
    return this.#levels(this.#engine.step(this.#engine.exports.next, candle, levelNames.length))
  }

  /**
   * What next would return if the bar closed as it is; changes nothing.
   * @throws {EngineError} as next.
   */
  peek(candle: Candle): VolumeLevels {
    return this.#levels(this.#engine.step(this.#engine.exports.peek, candle, levelNames.length))
  }

  /**
   * Commits closed bars.
   * @throws {EngineError} as next; the bars before the refused one are committed then, `bars` of them.
   */
  nextMany(series: CandlesLike): VolumeColumns {
    const candles = Candles.from(series)
    const { memory } = this.#engine
    const columns = levelNames.map(() => new Float64Array(candles.length))
    const events: VolumeEvent[] = []
    this.#engine.nextMany(candles, (1 << levelNames.length) - 1, true, (from, done, frame) => {
      for (const [i, column] of columns.entries()) {
        const at = columnAt(frame, i)
        column.set(memory.floats.subarray(at, at + done), from)
      }
      this.#read(events)
    })
    const levels = Object.fromEntries(levelNames.map((name, i) => [name, columns[i]!]))
    return { ...(levels as { [K in keyof VolumeLevels]: Float64Array }), open_time: candles.open_time, events }
  }

  /** The events of the bar committed last. */
  events(): VolumeEvent[] {
    const events: VolumeEvent[] = []
    this.#engine.listEvents()
    this.#read(events)
    return events
  }

  /**
   * The whole profile after the bar committed last.
   * @throws {EngineError} `no_bars` where the range holds none.
   */
  profile(): VolumeProfile {
    return readProfile(this.#sized(profileWords(0), this.#engine.memory.exports.volume_profile))
  }

  /** The session finished last, undefined before there is one. */
  previous(): VolumeSession | undefined {
    const w = this.#sized(256, this.#engine.memory.exports.volume_previous)
    if (w.length === 0) return undefined
    const end = 2 + levelNames.length
    return {
      start: w[0]!,
      end: w[1]!,
      levels: levelsOf(w, 2),
      shape: shapes[w[end]!]!,
      low_nodes: readNodes(w.subarray(end + 2)),
    }
  }

  /** The naked points of control, by price ascending. */
  naked(): NakedPoc[] {
    const w = this.#sized(256, this.#engine.memory.exports.volume_naked)
    return Array.from({ length: w.length / 3 }, (_, i) => ({
      price: w[3 * i]!,
      start: w[3 * i + 1]!,
      age: w[3 * i + 2]!,
    }))
  }

  /** The state as bytes: any host of the same engine version goes on from it with the same bits. */
  snapshot(): Uint8Array<ArrayBuffer> {
    return this.#engine.snapshot()
  }

  /**
   * Goes back, or on, to a snapshot's state, parameters, interval and range.
   * @throws {EngineError} `invalid_snapshot`; nothing has changed then.
   */
  restore(snapshot: Uint8Array): void {
    const engine = EngineHandle.restore(this.#engine.memory, this.#engine.exports, snapshot)
    this.#engine.dispose()
    this.#engine = engine
  }

  /** How many bars have been committed. */
  get bars(): number {
    return this.#info[1]!
  }

  /** The length of the engine's bars in milliseconds. */
  get interval(): number {
    return this.#info[0]!
  }

  /** Open time of the bar committed last, undefined before any. */
  get last(): UnixMs | undefined {
    const last = this.#info[2]!
    return Number.isNaN(last) ? undefined : last
  }

  /** The parameters by name. */
  get params(): Params {
    return named(this.#catalog, this.#info.subarray(infoHead))
  }

  /** Frees the engine; any later call throws. */
  dispose(): void {
    this.#engine.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  get #info(): Float64Array {
    return this.#engine.info(this.#catalog.params.length + rangeWords)
  }

  #sized(usual: number, f: (handle: number, out: number, capacity: number) => number): Float64Array {
    return this.#engine.memory.sized(usual, 0, (_, out, room) => f(this.#engine.handle, out, room))
  }

  #levels(at: number): VolumeLevels {
    return levelsOf(this.#engine.memory.floats, at)
  }

  #read(into: VolumeEvent[]): void {
    const { memory } = this.#engine
    const { events } = memory // may grow the memory, so before its floats
    readEvents(memory.floats, events, into, (signal, side, open_time, known_at, price, points) => ({
      kind: this.#catalog.events[signal]!.kind,
      side,
      open_time,
      known_at,
      price,
      levels: points.map(p => ({ price: p.price, start: p.open_time })),
    }))
  }
}

function levelsOf(w: Float64Array, at: number): VolumeLevels {
  return {
    poc: w[at]!,
    vah: w[at + 1]!,
    val: w[at + 2]!,
    total: w[at + 3]!,
    enclosed: w[at + 4]!,
    vwap: w[at + 5]!,
    sd: w[at + 6]!,
    start: w[at + 7]!,
    count: w[at + 8]!,
  }
}
