import { type Candle, type Candles, candleColumns } from './candles.ts'
import { EngineError } from './errors.ts'
import type { Memory } from './memory.ts'
import type { EngineExports } from './module.ts'

const wordBytes = 8

// The bars of one call of next_many: its columns fit a second-level cache. Not a
// power of two, which would lay all columns over the same lines of the cache.
const sliceBars = 4000
const listWords = 16_000 // for the events of a slice; where they do not fit the module stops early

/** Words of an engine's description before its parameters: interval, bars committed, open time of the last. */
export const infoHead = 3

/** Frees the engines nobody disposed of. */
const forgotten = new FinalizationRegistry<() => void>(free => free())

/** What the engines of both kinds have in common: a handle in one run of the module. */
export class EngineHandle {
  readonly memory: Memory
  readonly exports: EngineExports
  #handle: number

  constructor(memory: Memory, exports: EngineExports, handle: number) {
    this.memory = memory
    this.exports = exports
    this.#handle = handle
    forgotten.register(this, freeing(memory, exports, handle), this)
  }

  /** @throws {EngineError} `invalid_handle` after dispose. */
  get handle(): number {
    if (this.#handle === 0)
      throw new EngineError({ code: 'invalid_handle', field: 'handle', value: 0, text: 'names no engine' })
    return this.#handle
  }

  dispose(): void {
    if (this.#handle === 0) return
    forgotten.unregister(this)
    freeing(this.memory, this.exports, this.#handle)()
    this.#handle = 0
  }

  /** Commits a bar, or peeks at one, and returns the place of the words it wrote. */
  step(f: EngineExports['next'], c: Candle, words: number): number {
    const { memory, handle } = this
    const out = memory.frame(words)
    memory.call(() => f(handle, c.open_time, c.open, c.high, c.low, c.close, c.volume, out))
    return out / wordBytes
  }

  /** Commits bars in slices and hands over each: its first bar, how many there are, and the places of its columns and events. */
  nextMany(candles: Candles, width: number, take: (from: number, done: number, slice: Slice) => void): void {
    for (let from = 0; from < candles.length; ) {
      const part = candles.slice(from, from + sliceBars)
      const slice = this.#lay(part, width)
      const { out, stride, events } = slice
      const done = this.memory.call(() =>
        this.exports.next_many(
          this.handle,
          out - candleColumns.length * stride * wordBytes,
          out,
          stride,
          stride,
          events,
          listWords,
        ),
      )
      take(from, done, slice)
      from += done
    }
  }

  /** Copies candles into the frame: their columns, then those of the result, then the events. */
  #lay(candles: Candles, width: number): Slice {
    const stride = candles.length
    const at = this.memory.frame((candleColumns.length + width) * stride + listWords)
    const { floats } = this.memory
    for (const [i, name] of candleColumns.entries()) floats.set(candles[name], at / wordBytes + i * stride)
    const out = at + candleColumns.length * stride * wordBytes
    return { out, stride, events: out + width * stride * wordBytes }
  }

  /** The words of the list of the events of the bar committed last. */
  events(): Float64Array {
    return this.memory.sized(256, 0, (_, out, room) => this.exports.events(this.handle, out, room))
  }

  /** What the engine was made with, `words` of it after the head. */
  info(words: number): Float64Array {
    const out = this.memory.frame(infoHead + words)
    this.memory.call(() => this.exports.info(this.handle, out))
    return this.memory.floats.slice(out / wordBytes, out / wordBytes + infoHead + words)
  }

  /** The engine's state as bytes. */
  snapshot(): Uint8Array<ArrayBuffer> {
    for (let room = 4096; ; ) {
      const out = this.memory.frame(Math.ceil(room / wordBytes))
      const length = this.memory.call(() => this.exports.snapshot(this.handle, out, room))
      if (length <= room) return new Uint8Array(this.memory.bytes(out, length))
      room = length
    }
  }

  /** @throws {EngineError} `invalid_snapshot`. */
  static restore(memory: Memory, exports: EngineExports, snapshot: Uint8Array): EngineHandle {
    const at = memory.frame(Math.max(1, Math.ceil(snapshot.length / wordBytes)))
    memory.bytes(at, snapshot.length).set(snapshot)
    return new EngineHandle(
      memory,
      exports,
      memory.call(() => exports.restore(at, snapshot.length)),
    )
  }
}

/** Where the results of a slice lie, in bytes. */
export interface Slice {
  out: number
  stride: number
  events: number
}

/** Place of column `i` of a slice's results. */
export function columnAt(slice: Slice, i: number): number {
  return slice.out / wordBytes + i * slice.stride
}

/** A function of its own: it must not keep the handle it frees alive. */
function freeing(memory: Memory, exports: EngineExports, handle: number): () => void {
  return () => {
    if (!memory.trapped) memory.call(() => exports.free(handle))
  }
}
