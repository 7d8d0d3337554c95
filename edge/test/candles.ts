import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { root } from './places.ts'

/** Candles as the API takes them. */
export type Columns = Record<(typeof names)[number], number[]>

export const names = ['open_time', 'open', 'high', 'low', 'close', 'volume'] as const

/** The candles of a vector file. */
export function vector(engine: 'cipher' | 'volume', name: string): Columns {
  const text = gunzipSync(readFileSync(`${root}core/${engine}/testdata/${name}.csv.gz`)).toString()
  const [head, ...lines] = text.trim().split('\n')
  const places = head!.split(',')
  const cells = lines.map(line => line.split(',').map(Number))
  return of(name => cells.map(cell => cell[places.indexOf(name === 'open_time' ? 'time' : name)]!))
}

export function of(column: (name: (typeof names)[number]) => number[]): Columns {
  return Object.fromEntries(names.map(name => [name, column(name)])) as Columns
}

export function cut(c: Columns, from: number, to: number): Columns {
  return of(name => c[name].slice(from, to))
}

export function rows(c: Columns): number[][] {
  return c.open_time.map((_, i) => names.map(name => c[name][i]!))
}

/** The body of columns. */
export function binary(c: Columns): Uint8Array {
  return new Uint8Array(Float64Array.from(names.flatMap(name => c[name])).buffer)
}

/** Numbers from 0 to 1 that are the same each time: mulberry32. */
export function random(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A walk of n bars from a price on, whose moves are a share of it. */
export function walk(seed: number, n: number, price = 100, minutes = 60): Columns {
  const next = random(seed)
  let last = price
  const bars = Array.from({ length: n }, (_, i) => {
    const open = last
    last = open * (1 + (next() - 0.5) / 20)
    const high = Math.max(open, last) * (1 + next() / 100)
    const low = Math.min(open, last) * (1 - next() / 100)
    return [1_700_006_400_000 + i * minutes * 60_000, open, high, low, last, next() * 1000]
  })
  return of(name => bars.map(bar => bar[names.indexOf(name)]!))
}
