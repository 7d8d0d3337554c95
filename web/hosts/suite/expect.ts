// The few assertions the suite needs: vitest runs in Node alone.

import { EngineError } from '@quantum-signals/sdk'

export function ok(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what)
}

/** Holds two values to be the same, numbers and typed arrays by their bits. */
export function equal(got: unknown, want: unknown, what: string): void {
  const place = difference(got, want, '')
  if (place !== undefined) throw new Error(`${what}${place}`)
}

function difference(got: unknown, want: unknown, at: string): string | undefined {
  if (Object.is(got, want)) return undefined
  if (ArrayBuffer.isView(got) && ArrayBuffer.isView(want)) return viewDifference(got, want, at)
  if (typeof got !== 'object' || typeof want !== 'object' || got === null || want === null) {
    return `${at} is ${String(got)}, want ${String(want)}`
  }
  const keys = Object.keys(want)
  if (Object.keys(got).length !== keys.length) return `${at} has ${Object.keys(got)}, want ${keys}`
  for (const key of keys) {
    const found = difference(got[key as keyof typeof got], want[key as keyof typeof want], `${at}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function viewDifference(got: ArrayBufferView, want: ArrayBufferView, at: string): string | undefined {
  if (got.constructor !== want.constructor) return `${at} is a ${got.constructor.name}, want a ${want.constructor.name}`
  const [a, b] = [got, want].map(v => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)) as [Uint8Array, Uint8Array]
  if (a.length !== b.length) return `${at} has ${a.length} bytes, want ${b.length}`
  const place = a.findIndex((byte, i) => byte !== b[i])
  return place < 0 ? undefined : `${at} differs at byte ${place} of ${a.length}`
}

/** Holds a call to be refused with that code and sentence. */
export function refuses(code: EngineError['code'], says: string, f: () => unknown): void {
  try {
    f()
  } catch (error) {
    ok(error instanceof EngineError, `${String(error)}, want an EngineError`)
    ok(error.code === code, `${error.code}, want ${code}: ${error.message}`)
    ok(error.message.includes(says), `"${error.message}", want "${says}"`)
    return
  }
  throw new Error(`nothing is refused, want ${code}: ${says}`)
}
