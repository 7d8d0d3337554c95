// wasm/parity/digest.go in TypeScript.

const word = new Uint32Array(2)
const double = new Float64Array(word.buffer)

/** A hash of 32-bit words that 32-bit integers compute anywhere. */
export class Digest {
  #a = 0
  #b = 0

  word(w: number): void {
    let a = Math.imul(this.#a ^ w, 0x9e3779b1)
    a ^= a >>> 15
    const b = Math.imul((this.#b + w) | 0, 0x85ebca77)
    this.#a = a
    this.#b = (((b << 13) | (b >>> 19)) + a) | 0
  }

  float(v: number): void {
    double[0] = v
    this.word(word[0]!)
    this.word(word[1]!)
  }

  floats(list: ArrayLike<number>): void {
    for (let i = 0; i < list.length; i++) this.float(list[i]!)
  }

  bits(v: bigint): void {
    this.word(Number(v & 0xffffffffn))
    this.word(Number(v >> 32n))
  }

  /** The words of a typed array as they are in memory, little endian. */
  words(view: Float64Array | BigUint64Array): void {
    const list = new Uint32Array(view.buffer, view.byteOffset, view.byteLength / 4)
    for (let i = 0; i < list.length; i++) this.word(list[i]!)
  }

  text(s: string): void {
    this.bytes(new TextEncoder().encode(s))
  }

  bytes(list: Uint8Array): void {
    this.word(list.length)
    for (let i = 0; i < list.length; i++) this.word(list[i]!)
  }

  toString(): string {
    return [this.#a, this.#b].map(w => (w >>> 0).toString(16).padStart(8, '0')).join('')
  }
}
