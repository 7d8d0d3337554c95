import { asset } from './asset.ts'
import { Candles, type CandlesLike, floats, sameLength, type UnixMs } from './candles.ts'
import { type Catalog, type Params, vector } from './catalog.ts'
import {
  type CipherColumns,
  CipherNames,
  CipherStream,
  type CipherWanted,
  cipherColumns,
  cipherExports,
  wholeColumns,
} from './cipher.ts'
import { EngineHandle, frameWords, layFrame } from './engine.ts'
import { type Interval, intervalMs } from './interval.ts'
import { Memory } from './memory.ts'
import { type Compiled, compile, instantiate, type ModuleSource } from './module.ts'
import { profileWords, readProfile, type VolumeProfile } from './profile.ts'
import { rangeVector, type VolumeRange, VolumeStream, volumeExports } from './volume.ts'

const wordBytes = 8
const onceWords = 16 << 20 // what one call computes at most: half of the module's memory

/** Parameters of Quantum Cipher by their catalog name; `ribbon_periods` may be given as a list. */
export interface CipherParams extends Params {
  /** `quantum`, the default, or `classic`. */
  readonly preset?: 'quantum' | 'classic'
  readonly ribbon_periods?: readonly number[]
}

/** Parameters of Quantum Volume by their catalog name; give `rows` or `row_size`, not both. */
export interface VolumeParams extends Params {
  readonly rows?: number
  readonly row_size?: number
  readonly expansion?: 'pairs' | 'single'
  readonly spread?: 'uniform' | 'close'
}

/** What a stream of Cipher is made with. */
export interface CipherSettings {
  /** Length of a bar: milliseconds, or text as in `15m`. */
  interval: Interval
  params?: CipherParams
}

/** What a series of Cipher is computed with, and what of it is wanted. */
export interface CipherOptions extends CipherSettings, CipherWanted {}

/** What a stream of Cipher begins with: an interval, or a snapshot that brings its own. */
export type CipherStreamOptions = CipherSettings | { snapshot: Uint8Array }

export type VolumeStreamOptions =
  | { interval: Interval; range: VolumeRange; params?: VolumeParams }
  | { snapshot: Uint8Array }

/** Trades as columns, oldest first. `side` is the taker's: 1 bought, -1 sold, 0 unknown. */
export interface Trades {
  time: ArrayLike<UnixMs>
  price: ArrayLike<number>
  size: ArrayLike<number>
  side?: ArrayLike<number>
}

/**
 * Quantum Cipher and Quantum Volume, computed by quantum.wasm: the bits of the
 * server and of every other host. One instance serves any number of streams.
 */
export class Quantum {
  /** What both engines take and give: names, bounds, defaults, meanings. */
  readonly catalog: { readonly cipher: Catalog; readonly volume: Catalog }
  /** Version of the arithmetic, as snapshots and the API name it. */
  readonly version: string
  /** Hash of the module, as the API names it; undefined where its bytes were not seen. */
  readonly sha256: string | undefined
  /** Names of Cipher's readings and flags. */
  readonly names: CipherNames
  readonly #module: WebAssembly.Module
  #memory: Memory
  #widest = 0 // words of the greatest profile so far: one that finds too little room is computed twice

  /**
   * Loads the module.
   * @param source of quantum.wasm: an address, a response, its bytes, or compiled; by default the one beside this package.
   * @throws {EngineError} `unsupported` where it cannot be read, or is no quantum.wasm of this version.
   */
  static async load(source: ModuleSource = asset()): Promise<Quantum> {
    return new Quantum(await compile(source))
  }

  /**
   * Starts a module that is compiled already, at once: for workerd and other hosts that import it so.
   * @throws {EngineError} `unsupported`, as load.
   */
  constructor({ module, sha256 }: Compiled) {
    this.#module = module
    this.sha256 = sha256
    this.#memory = new Memory(instantiate(module))
    const { exports } = this.#memory
    this.version = this.#memory.constant(() => exports.engine_version())
    this.catalog = JSON.parse(this.#memory.constant(() => exports.catalog())) as typeof this.catalog
    this.names = new CipherNames(this.catalog.cipher)
  }

  /**
   * Quantum Cipher over a whole series. Readings asked for alone, without flags
   * and events, cost no more than they are made of.
   * @returns columns, one entry a bar, and the events: new ones, or those of `into`.
   * @throws {EngineError} naming the parameter, or bar, field, value and bound.
   */
  cipher(candles: CandlesLike, options: CipherOptions): CipherColumns {
    const c = Candles.from(candles)
    const { fields, events = fields === undefined } = options
    const mask = this.names.mask(fields)
    const some = !events && mask < 1 << this.names.readings.length
    if (some && frameWords(c.length, mask) <= onceWords) return this.#cipherAtOnce(c, mask, options)
    const engine = this.#cipherEngine(options)
    try {
      return cipherColumns(engine, c, this.names, options)
    } finally {
      engine.dispose()
    }
  }

  #cipherAtOnce(candles: Candles, mask: number, { interval, params = {}, into }: CipherOptions): CipherColumns {
    const memory = this.#running
    const values = vector(this.catalog.cipher, params)
    const ms = intervalMs(interval)
    const frame = layFrame(memory, candles, mask, values.length)
    const at = frame.candles - values.length * wordBytes
    memory.floats.set(values, at / wordBytes)
    memory.call(() => memory.exports.cipher(at, values.length, ms, frame.candles, frame.out, candles.length, mask))
    return wholeColumns(candles, this.names, memory, frame, into)
  }

  /**
   * Quantum Cipher bar by bar.
   * @throws {EngineError} naming the parameter, its value and bound; `invalid_snapshot`.
   */
  cipherStream(options: CipherStreamOptions): CipherStream {
    return new CipherStream(this.#cipherEngine(options), this.catalog.cipher, this.names)
  }

  /**
   * The volume profile of all bars given.
   * @throws {EngineError} naming the parameter, or bar, field, value and bound.
   */
  volume(candles: CandlesLike, params: VolumeParams = {}): VolumeProfile {
    const c = Candles.from(candles)
    return this.#profile('volume', [c.open_time, c.open, c.high, c.low, c.close, c.volume], params)
  }

  /**
   * The exact volume profile of all trades given.
   * @throws {EngineError} naming the parameter, or trade, field, value and bound.
   */
  volumeOfTrades(trades: Trades, params: VolumeParams = {}): VolumeProfile {
    const columns = {
      time: floats(trades.time),
      price: floats(trades.price),
      size: floats(trades.size),
      side: floats(trades.side ?? new Float64Array(trades.time.length)),
    }
    sameLength(columns)
    return this.#profile('volume_trades', Object.values(columns), params)
  }

  /**
   * Quantum Volume bar by bar.
   * @throws {EngineError} naming the parameter, its value and bound; `invalid_snapshot`.
   */
  volumeStream(options: VolumeStreamOptions): VolumeStream {
    return new VolumeStream(this.#volumeEngine(options), this.catalog.volume)
  }

  /** Bytes of the module's memory that are dealt out; for tests and the curious. */
  get memoryUsed(): number {
    const memory = this.#running
    return memory.call(() => memory.exports.memory_used())
  }

  /** The running module; a new one after a trap, whose streams are lost. */
  get #running(): Memory {
    if (this.#memory.trapped) this.#memory = new Memory(instantiate(this.#module))
    return this.#memory
  }

  #cipherEngine(options: CipherStreamOptions): EngineHandle {
    const memory = this.#running
    const exports = cipherExports(memory.exports)
    if ('snapshot' in options) return EngineHandle.restore(memory, exports, options.snapshot)
    const params = vector(this.catalog.cipher, options.params ?? {})
    const interval = intervalMs(options.interval)
    const at = put(memory, params)
    return new EngineHandle(
      memory,
      exports,
      memory.call(() => memory.exports.cipher_new(at, params.length, interval)),
    )
  }

  #volumeEngine(options: VolumeStreamOptions): EngineHandle {
    const memory = this.#running
    const exports = volumeExports(memory.exports)
    if ('snapshot' in options) return EngineHandle.restore(memory, exports, options.snapshot)
    const params = this.#volumeVector(options.params ?? {})
    const range = rangeVector(options.range)
    const interval = intervalMs(options.interval)
    const at = put(memory, params, range)
    const rangeAt = at + params.length * wordBytes
    return new EngineHandle(
      memory,
      exports,
      memory.call(() => memory.exports.volume_new(at, params.length, interval, rangeAt, range.length)),
    )
  }

  /** Where row_size is given and rows is not, the default rows stand aside. */
  #volumeVector(params: VolumeParams): Float64Array {
    const aside = params.row_size !== undefined && params.rows === undefined ? { rows: 0 } : {}
    return vector(this.catalog.volume, { ...params, ...aside })
  }

  #profile(call: 'volume' | 'volume_trades', columns: Float64Array[], options: VolumeParams): VolumeProfile {
    const memory = this.#running
    const params = this.#volumeVector(options)
    const count = columns[0]!.length
    const room = Math.max(profileWords(params[0]!), this.#widest)
    const words = memory.sized(room, params.length + columns.length * count, (frame, out, room) => {
      put(memory, params, ...columns)
      return memory.exports[call](frame, params.length, frame + params.length * wordBytes, count, out, room)
    })
    this.#widest = Math.max(this.#widest, words.length)
    return readProfile(words)
  }
}

/** Copies values into the frame, one after the other, and returns its offset. */
function put(memory: Memory, ...values: Float64Array[]): number {
  const frame = memory.frame(values.reduce((words, v) => words + v.length, 0))
  let at = frame / wordBytes
  for (const v of values) {
    memory.floats.set(v, at)
    at += v.length
  }
  return frame
}
