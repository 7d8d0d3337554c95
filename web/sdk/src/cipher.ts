import { type Candle, Candles, type CandlesLike, type UnixMs } from './candles.ts'
import { type Catalog, named, type Params } from './catalog.ts'
import { columnAt, EngineHandle, type Frame, infoHead } from './engine.ts'
import { type EngineEvent, type Point, readEvents } from './events.ts'
import type { Memory } from './memory.ts'
import type { EngineExports, Exports } from './module.ts'

/** An event of Quantum Cipher. A divergence carries its pivots, the previous and the latest; of others there are none. */
export interface CipherEvent extends EngineEvent {
  readonly pivots: readonly Point[]
}

/** Everything the engine says at one bar. */
export interface CipherOutput {
  /** The readings in catalog order, NaN where absent. A plain array: a typed one of this size costs more than the bar. */
  values: number[]
  /** The flags as bits: see Cipher.has. */
  flags: bigint
}

/** What the engine says over a series, one entry a bar. */
export interface CipherColumns {
  open_time: Float64Array
  /** Those asked for, by name; NaN where absent. */
  readings: Record<string, Float64Array>
  /** The flags of each bar as bits: see CipherNames.flag. Empty if not asked for. */
  flags: BigUint64Array
  /** Oldest first, in column order within a bar. Empty if not asked for. */
  events: CipherEvent[]
}

/** What of a series is wanted. */
export interface CipherWanted {
  /** Names of readings, and `flags`: all of them if left out. */
  fields?: readonly string[]
  /** Whether the events are wanted: by default where all fields are. */
  events?: boolean
  /** A former result whose columns are filled again where they are as long: new memory costs a browser more than the arithmetic. */
  into?: CipherColumns
}

/** The names behind the places of readings and flags, from the module's catalog. */
export class CipherNames {
  readonly readings: readonly string[]
  readonly flags: readonly string[]
  /** The kind of each flag's events, as in `cipher.buy`. */
  readonly kinds: readonly string[]

  constructor(catalog: Catalog) {
    this.readings = catalog.readings.map(r => r.name)
    this.flags = catalog.columns.filter(name => !this.readings.includes(name))
    this.kinds = this.flags.map(name => `cipher.${name}`)
  }

  /**
   * The columns of some fields as the module takes them, a bit each.
   * @throws {RangeError} for a name that is neither a reading nor `flags`.
   */
  mask(fields: readonly string[] = [...this.readings, 'flags']): number {
    return fields.reduce((mask, name) => {
      const place = name === 'flags' ? this.readings.length : this.readings.indexOf(name)
      if (place < 0) throw new RangeError(`${name} is no reading of Quantum Cipher, nor flags`)
      return mask | (1 << place)
    }, 0)
  }

  /** A column of 0 and 1 of one flag, as CSV files have it. @throws {RangeError} for a name that is no flag. */
  flag(flags: BigUint64Array, name: string): Uint8Array {
    const place = BigInt(this.#place(name))
    return Uint8Array.from(flags, bits => Number((bits >> place) & 1n))
  }

  /** Whether a flag is set. @throws {RangeError} for a name that is no flag. */
  has(flags: bigint, name: string): boolean {
    return ((flags >> BigInt(this.#place(name))) & 1n) === 1n
  }

  #place(name: string): number {
    const place = this.flags.indexOf(name)
    if (place < 0) throw new RangeError(`${name} is no flag of Quantum Cipher`)
    return place
  }
}

export function cipherExports(x: Exports): EngineExports {
  return {
    free: x.cipher_free,
    next: x.cipher_next,
    peek: x.cipher_peek,
    next_many: x.cipher_next_many,
    events: x.cipher_events,
    info: x.cipher_info,
    snapshot: x.cipher_snapshot,
    restore: x.cipher_restore,
  }
}

/**
 * Quantum Cipher one bar at a time. Free it with dispose(), or declare it with
 * `using`; one that is forgotten is freed some time after.
 */
export class CipherStream {
  readonly names: CipherNames
  readonly #catalog: Catalog
  #engine: EngineHandle

  constructor(engine: EngineHandle, catalog: Catalog, names: CipherNames) {
    this.#engine = engine
    this.#catalog = catalog
    this.names = names
  }

  /**
   * Commits a closed bar and returns what it gives.
   * @param into a former output to be filled again, so that a bar takes no new memory but the flags'.
   * @throws {EngineError} naming bar, field, value and bound; nothing has changed then.
   */
  next(candle: Candle, into?: CipherOutput): CipherOutput {
    return this.#output(this.#engine.step(this.#engine.exports.next, candle, this.#words), into)
  }

  /**
   * What next would return if the bar closed as it is; changes nothing.
   * @param into as next.
   * @throws {EngineError} as next.
   */
  peek(candle: Candle, into?: CipherOutput): CipherOutput {
    return this.#output(this.#engine.step(this.#engine.exports.peek, candle, this.#words), into)
  }

  /**
   * Commits closed bars.
   * @returns new columns, one entry a bar.
   * @throws {EngineError} as next; the bars before the refused one are committed then, `bars` of them.
   */
  nextMany(candles: CandlesLike, wanted: CipherWanted = {}): CipherColumns {
    return cipherColumns(this.#engine, Candles.from(candles), this.names, wanted)
  }

  /** The events of the bar committed last. */
  events(): CipherEvent[] {
    const events: CipherEvent[] = []
    this.#engine.listEvents()
    readCipherEvents(this.#engine.memory, this.names, events)
    return events
  }

  /** The state as bytes: any host of the same engine version goes on from it with the same bits. */
  snapshot(): Uint8Array<ArrayBuffer> {
    return this.#engine.snapshot()
  }

  /**
   * Goes back, or on, to a snapshot's state, parameters and interval.
   * @throws {EngineError} `invalid_snapshot`; nothing has changed then.
   */
  restore(snapshot: Uint8Array): void {
    const engine = EngineHandle.restore(this.#engine.memory, this.#engine.exports, snapshot)
    this.#engine.dispose()
    this.#engine = engine
  }

  /** How many bars have been committed. */
  get bars(): number {
    return this.#engine.info(this.#catalog.params.length)[1]!
  }

  /** The length of the engine's bars in milliseconds. */
  get interval(): number {
    return this.#engine.info(this.#catalog.params.length)[0]!
  }

  /** Open time of the bar committed last, undefined before any. */
  get last(): UnixMs | undefined {
    const last = this.#engine.info(this.#catalog.params.length)[2]!
    return Number.isNaN(last) ? undefined : last
  }

  /** The parameters by name. */
  get params(): Params {
    return named(this.#catalog, this.#engine.info(this.#catalog.params.length).subarray(infoHead))
  }

  /** Frees the engine; any later call throws. */
  dispose(): void {
    this.#engine.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  get #words(): number {
    return this.names.readings.length + 1
  }

  #output(at: number, into?: CipherOutput): CipherOutput {
    const { floats, bits } = this.#engine.memory
    const count = this.names.readings.length
    const values = into?.values ?? new Array<number>(count)
    for (let i = 0; i < count; i++) values[i] = floats[at + i]!
    const flags = bits[at + count]!
    if (!into) return { values, flags }
    into.flags = flags
    return into
  }
}

/** Feeds candles to an engine and gathers what it says. */
export function cipherColumns(
  engine: EngineHandle,
  candles: Candles,
  names: CipherNames,
  { fields, events = fields === undefined, into }: CipherWanted,
): CipherColumns {
  const { memory } = engine
  const mask = names.mask(fields)
  const result = emptyColumns(candles, names, mask, into)
  engine.nextMany(candles, mask, events, (from, done, frame) => {
    readColumns(result, from, done, memory, names, frame)
    if (events) readCipherEvents(memory, names, result.events)
  })
  return result
}

/** Columns of the length of the candles for the fields of the mask, those of `into` where they fit. */
function emptyColumns(candles: Candles, names: CipherNames, mask: number, into?: CipherColumns): CipherColumns {
  const { length } = candles
  const readings: CipherColumns['readings'] = {}
  for (const [i, name] of names.readings.entries()) {
    if (!((mask >> i) & 1)) continue
    const old = into?.readings[name]
    readings[name] = old?.length === length ? old : new Float64Array(length)
  }
  const count = (mask >> names.readings.length) & 1 ? length : 0
  const flags = into?.flags.length === count ? into.flags : new BigUint64Array(count)
  return { open_time: candles.open_time, readings, flags, events: [] }
}

/** The columns of a frame that holds the whole series: copied into those of `into` that fit, or as new ones, never cleared before. */
export function wholeColumns(
  candles: Candles,
  names: CipherNames,
  memory: Memory,
  frame: Frame,
  into?: CipherColumns,
): CipherColumns {
  const { length } = candles
  const { mask } = frame
  const readings: CipherColumns['readings'] = {}
  for (const [i, name] of names.readings.entries()) {
    if (!((mask >> i) & 1)) continue
    const at = columnAt(frame, i)
    const old = into?.readings[name]
    if (old?.length === length) old.set(memory.floats.subarray(at, at + length))
    readings[name] = old?.length === length ? old : memory.floats.slice(at, at + length)
  }
  return { open_time: candles.open_time, readings, flags: new BigUint64Array(), events: [] }
}

/** Copies the columns of a frame to their place from bar `from` on. */
function readColumns(
  to: CipherColumns,
  from: number,
  done: number,
  memory: Memory,
  names: CipherNames,
  frame: Frame,
): void {
  for (const [i, name] of names.readings.entries()) {
    const at = columnAt(frame, i)
    to.readings[name]?.set(memory.floats.subarray(at, at + done), from)
  }
  if (to.flags.length > 0) {
    const at = columnAt(frame, names.readings.length)
    to.flags.set(memory.bits.subarray(at, at + done), from)
  }
}

function readCipherEvents(memory: Memory, names: CipherNames, into: CipherEvent[]): void {
  const { events } = memory // may grow the memory, so before its floats
  const { kinds } = names
  readEvents(memory.floats, events, into, (flag, side, open_time, known_at, price, pivots) => ({
    kind: kinds[flag]!,
    side,
    open_time,
    known_at,
    price,
    pivots,
  }))
}
