import { type Candle, type Candles, candleColumns } from './candles.ts'
import { EngineError } from './errors.ts'
import { lost, type Memory } from './memory.ts'
import type { EngineExports } from './module.ts'

const wordBytes = 8

// The bars of one call of next_many: its columns fit a second-level cache. Not a
// power of two, which would lay all columns over the same lines of the cache.
const sliceBars = 4000

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
    if (memory.trapped) throw lost()
    let status: number
    try {
      status = f(handle, c.open_time, c.open, c.high, c.low, c.close, c.volume, out) // no closure here: it is called often
    } catch (cause) {
      throw memory.lose(cause)
    }
    if (status < 0) memory.refuse(status)
    return out / wordBytes
  }

  /** Commits bars in slices and hands over each: its first bar, how many there are, and where its columns lie. */
  nextMany(
    candles: Candles,
    mask: number,
    events: boolean,
    take: (from: number, done: number, frame: Frame) => void,
  ): void {
    for (let from = 0; from < candles.length; ) {
      const frame = layFrame(this.memory, candles.slice(from, from + sliceBars), mask)
      const { stride } = frame
      const done = this.memory.call(() =>
        this.exports.next_many(this.handle, frame.candles, frame.out, stride, stride, mask, Number(events)),
      )
      take(from, done, frame)
      from += done
    }
  }

  /** Lists the events of the bar committed last. */
  listEvents(): void {
    this.memory.call(() => this.exports.events(this.handle))
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

/** Where the columns of a call lie, in bytes, `stride` words apart. */
export interface Frame {
  candles: number
  out: number
  stride: number
  mask: number
}

/** Copies candles into the frame, `before` words from its start; the wanted columns follow them. */
export function layFrame(memory: Memory, candles: Candles, mask: number, before = 0): Frame {
  const stride = candles.length
  const at = memory.frame(before + frameWords(stride, mask)) + before * wordBytes
  const { floats } = memory
  for (const [i, name] of candleColumns.entries()) floats.set(candles[name], at / wordBytes + i * stride)
  return { candles: at, out: at + candleColumns.length * stride * wordBytes, stride, mask }
}

/** Place of a wanted column in the words of the memory. */
export function columnAt({ out, stride, mask }: Frame, i: number): number {
  return out / wordBytes + ones(mask & ((1 << i) - 1)) * stride
}

/** How many words a frame of so many bars takes, with room for the wanted columns. */
export function frameWords(bars: number, mask: number): number {
  return (candleColumns.length + ones(mask)) * bars
}

function ones(mask: number): number {
  let count = 0
  for (let left = mask; left !== 0; left &= left - 1) count++
  return count
}

/** A function of its own: it must not keep the handle it frees alive. */
function freeing(memory: Memory, exports: EngineExports, handle: number): () => void {
  return () => {
    if (!memory.trapped) memory.call(() => exports.free(handle))
  }
}
