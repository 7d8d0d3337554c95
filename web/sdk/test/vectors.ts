// The project's own vectors and candles, as core's tests read them.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Candles } from '../src/index.ts'

export const cipherVectors = new URL('../../../core/cipher/testdata/', import.meta.url)
export const volumeVectors = new URL('../../../core/volume/testdata/', import.meta.url)

/** A CSV file by column; an empty field is NaN. */
export function readCsv(url: URL): Map<string, Float64Array> {
  const [head = '', ...lines] = gunzipSync(readFileSync(url)).toString().trim().split('\n')
  const rows = lines.map(line => line.trim().split(','))
  const names = head.trim().split(',')
  return new Map(names.map((name, i) => [name, Float64Array.from(rows, row => number(row[i]!))]))
}

function number(field: string): number {
  return field === '' ? Number.NaN : Number(field)
}

export function readCandles(url: URL): Candles {
  const csv = readCsv(url)
  const [open_time, open, high, low, close, volume] = [...csv.values()] as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  return new Candles({ open_time, open, high, low, close, volume })
}

/** The values' bits, any NaN of a text as the canonical one. */
export function bits(values: Float64Array | readonly number[]): BigUint64Array {
  return new BigUint64Array(Float64Array.from(values).buffer)
}

/** The first place where two columns differ by a bit, or what neither is. */
export function differing(got: Float64Array, want: Float64Array): string | undefined {
  const [a, b] = [new BigUint64Array(got.slice().buffer), bits(want)]
  if (a.length !== b.length) return `${a.length} values, not ${b.length}`
  const bar = a.findIndex((v, i) => v !== b[i])
  return bar < 0
    ? undefined
    : `bar ${bar}: ${got[bar]} (${a[bar]!.toString(16)}), not ${want[bar]} (${b[bar]!.toString(16)})`
}
