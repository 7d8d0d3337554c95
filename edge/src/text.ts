// Numbers as the origin prints them: in ECMAScript's form, except that -0 keeps
// its sign, and what is no number is null.

/** One number. */
export function number(v: number): string {
  if (Object.is(v, -0)) return '-0'
  return Number.isFinite(v) ? String(v) : 'null'
}

/** A column as a list. Loops rather than callbacks: most of an answer is made here. */
export function numbers(column: Float64Array): string {
  const n = column.length
  const list = new Array<number>(n)
  let minus = false
  for (let i = 0; i < n; i++) {
    const v = column[i]!
    list[i] = v
    if (v === 0 && 1 / v < 0) minus = true
  }
  return minus ? `[${list.map(number).join()}]` : JSON.stringify(list)
}

const units: readonly [string, number][] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]

/** An interval in its greatest whole unit. */
export function intervalText(ms: number): string {
  const [suffix, length] = units.find(([, length]) => ms % length === 0) ?? ['ms', 1]
  return ms / length + suffix
}

const comma = 44
const zero = 48
const latin = new TextDecoder('latin1')

/** Prints bits of a column of flags as lists of 0 and 1. */
export class FlagPrinter {
  readonly #words: Uint32Array // two a bar, the lower first
  readonly #none: string
  readonly #bytes: Uint8Array

  constructor(flags: BigUint64Array) {
    this.#words = new Uint32Array(flags.buffer, flags.byteOffset, 2 * flags.length)
    this.#bytes = new Uint8Array(Math.max(0, 2 * flags.length - 1))
    for (let i = 0; i < this.#bytes.length; i++) this.#bytes[i] = i % 2 === 0 ? zero : comma
    this.#none = latin.decode(this.#bytes)
  }

  print(bit: number): string {
    const words = this.#words
    const mask = 1 << (bit & 31)
    let any = 0
    for (let i = bit >> 5; i < words.length; i += 2) any |= words[i]!
    if ((any & mask) === 0) return `[${this.#none}]`
    for (let i = bit >> 5, at = 0; i < words.length; i += 2, at += 2)
      this.#bytes[at] = (words[i]! & mask) === 0 ? zero : zero + 1
    return `[${latin.decode(this.#bytes)}]`
  }

  /** The same as a column of numbers. */
  fill(bit: number, column: Float64Array): void {
    const mask = 1 << (bit & 31)
    for (let i = 0; i < column.length; i++) column[i] = (this.#words[2 * i + (bit >> 5)]! & mask) === 0 ? 0 : 1
  }
}
