import { codes, EngineError, rules } from './errors.ts'
import type { Exports } from './module.ts'

const wordBytes = 8

/**
 * One run of the module, and the frame in its memory through which arguments
 * and results go. Memory may grow in any call, which kills older views of it,
 * leaving them empty: views are made anew then, and results are copies.
 */
export class Memory {
  readonly exports: Exports
  /** True once the module stopped on a bug: its memory is not to be trusted and its engines are lost. */
  trapped = false
  #frame = 0
  #words = 0
  #floats = new Float64Array()
  #bits = new BigUint64Array()

  constructor(exports: Exports) {
    this.exports = exports
  }

  /** The whole memory as float64; place `offset / 8`. Good until the next call. */
  get floats(): Float64Array {
    if (this.#floats.length === 0) this.#floats = new Float64Array(this.exports.memory.buffer) // at first, and when it grew
    return this.#floats
  }

  /** The same as 64-bit integers. */
  get bits(): BigUint64Array {
    if (this.#bits.length === 0) this.#bits = new BigUint64Array(this.exports.memory.buffer)
    return this.#bits
  }

  bytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, offset, length)
  }

  /**
   * Offset of a frame of so many words. What the last one held is gone.
   * @throws {EngineError} `out_of_memory`.
   */
  frame(words: number): number {
    if (words > this.#words) {
      if (this.#words > 0) this.call(() => this.exports.release(this.#frame))
      this.#words = 0
      this.#frame = this.call(() => this.exports.reserve(words * wordBytes))
      this.#words = words
    }
    return this.#frame
  }

  /**
   * Makes a call and returns its result.
   * @throws {EngineError} what the module refused, or `trapped`.
   */
  call(f: () => number): number {
    if (this.trapped) throw lost()
    let result: number
    try {
      result = f()
    } catch (cause) {
      if (cause instanceof EngineError) throw cause // of the arguments: the module was not called
      throw this.lose(cause)
    }
    return result < 0 ? this.refuse(result) : result
  }

  /** Gives the module up after a trap. */
  lose(cause: unknown): EngineError {
    this.trapped = true
    return lost(cause)
  }

  /** Place of the list of events made last. */
  get events(): number {
    return this.call(() => this.exports.events()) / wordBytes
  }

  /** Throws what the module's last failure tells. */
  refuse(status: number): never {
    const at = this.exports.last_error()
    const view = new DataView(this.exports.memory.buffer, at)
    const text = (i: number) => this.text(view.getUint32(4 * i, true), view.getUint32(4 * i + 4, true))
    throw new EngineError({
      code: codes[-status] as Exclude<(typeof codes)[number], 'ok'>, // the module gives no other
      rule: rules[view.getInt32(4, true)] ?? 'none',
      field: text(2),
      text: text(4),
      index: view.getInt32(24, true),
      value: view.getFloat64(32, true),
      low: view.getFloat64(40, true),
      high: view.getFloat64(48, true),
    })
  }

  text(offset: number, length: number): string {
    return new TextDecoder().decode(this.bytes(offset, length))
  }

  /** Reads a constant text of the module's: at its record, offset and length. */
  constant(f: () => number): string {
    const at = this.call(f) // may grow memory: the buffer is asked for after it
    const record = new DataView(this.exports.memory.buffer, at)
    return this.text(record.getUint32(0, true), record.getUint32(4, true))
  }

  /**
   * Asks for a result of unknown size with as much room as it needs. `f` gets
   * the offset and the room and returns the size, all in words; the words
   * before `arguments_` of the frame are left to the caller.
   */
  sized(usual: number, arguments_: number, f: (frame: number, out: number, room: number) => number): Float64Array {
    for (let room = usual; ; ) {
      const frame = this.frame(arguments_ + room)
      const out = frame + arguments_ * wordBytes
      const size = this.call(() => f(frame, out, room))
      if (size <= room) return this.floats.slice(out / wordBytes, out / wordBytes + size)
      room = size
    }
  }
}

/** The error of every call after a trap. */
export function lost(cause?: unknown): EngineError {
  const text = 'the module stopped on a bug of its own and its engines are lost; please report it'
  return new EngineError({ code: 'trapped', text }, { cause })
}
