// The engine's own logarithm, so that the plain loops give its bits.
const high = 0.6931471803691238 // bits 0x3FE62E42FEE00000
const low = 1.9082149292705877e-10 // bits 0x3DEA39EF35793C76

const float = new Float64Array(1)
const word = new Uint32Array(float.buffer) // little endian: [1] holds sign and exponent

/** ln(x) of a normal x above 0, within 2 ulp; same bits everywhere. */
export function ln(x: number): number {
  float[0] = x
  const top = word[1]!
  let e = (top >>> 20) - 1023
  word[1] = (top & 0x000fffff) | 0x3ff00000
  let m = float[0]
  if (m > Math.SQRT2) {
    m /= 2
    e++
  }
  const f = m - 1
  const s = f / (2 + f)
  const z = s * s
  let p = 1 / 23
  p = p * z + 1 / 21
  p = p * z + 1 / 19
  p = p * z + 1 / 17
  p = p * z + 1 / 15
  p = p * z + 1 / 13
  p = p * z + 1 / 11
  p = p * z + 1 / 9
  p = p * z + 1 / 7
  p = p * z + 1 / 5
  p = p * z + 1 / 3
  return e * high + (e * low + (2 * s * z * p + 2 * s))
}
