/**
 * A hash of the bits of float64 columns, one after the other: FNV-1a over
 * 32-bit words, low word first, every NaN as the canonical one. The native
 * program computes the same.
 */
export function digest(columns: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5
  for (const column of columns) {
    const copy = Float64Array.from(column)
    const words = new Uint32Array(copy.buffer)
    for (let i = 0; i < copy.length; i++) {
      const nan = Number.isNaN(copy[i])
      hash = Math.imul(hash ^ (nan ? 0 : words[2 * i]!), 0x01000193)
      hash = Math.imul(hash ^ (nan ? 0x7ff80000 : words[2 * i + 1]!), 0x01000193)
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
