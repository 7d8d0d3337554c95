import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Candles, Quantum, type VolumeNode, type VolumeParams, type VolumeRange } from '../src/index.ts'
import { differing, readCandles, volumeVectors } from './vectors.ts'

let q: Quantum
beforeAll(async () => {
  q = await Quantum.load()
})

type Four = [number, number, number, number]

interface Vector {
  args: [string, ...string[]]
  profile: Record<'total' | 'poc' | 'vah' | 'val' | 'enclosed' | 'vwap' | 'sd' | 'unit', number | null> & {
    rows: Four[]
    high_nodes: Four[]
    low_nodes: Four[]
  }
}

const vectors = readdirSync(volumeVectors).filter(name => name.endsWith('.json'))

/** The bars and parameters the reference was given on its command line. */
function given(args: Vector['args']): { candles: Candles; params: VolumeParams } {
  const [file, ...options] = args
  const candles = readCandles(new URL(file.split('/').at(-1)!, volumeVectors))
  const params: Record<string, number | string> = {}
  for (let i = 0; i < options.length; i += 2) {
    const name = options[i]!.slice(2).replaceAll('-', '_')
    const value = options[i + 1]!
    params[name === 'unit' ? 'volume_unit' : name] = Number.isNaN(Number(value)) ? value : Number(value)
  }
  const { from = 0, to = candles.length, ...rest } = params
  return { candles: candles.slice(Number(from), Number(to)), params: rest }
}

const nodeWords = (nodes: VolumeNode[]) => nodes.map(n => [n.row, n.price, n.volume, n.prominence])

describe('the vectors, by bits', () => {
  test('are there', () => expect(vectors.length).toBe(12))

  test.each(vectors)('%s', name => {
    const { args, profile: want } = JSON.parse(readFileSync(new URL(name, volumeVectors), 'utf8')) as Vector
    const { candles, params } = given(args)
    const got = q.volume(candles, params)
    expect(got.source).toBe('bars')
    expect(got.count).toBe(candles.length)
    const column = (i: number) => Float64Array.from(want.rows, row => row[i]!)
    expect(differing(got.edges.subarray(0, -1), column(0)), 'low edges').toBeUndefined()
    expect(differing(got.edges.subarray(1), column(1)), 'high edges').toBeUndefined()
    expect(differing(got.up, column(2)), 'up').toBeUndefined()
    expect(differing(got.down, column(3)), 'down').toBeUndefined()
    for (const level of ['total', 'poc', 'vah', 'val', 'enclosed', 'vwap', 'sd', 'unit'] as const) {
      expect(Object.is(got[level], want[level] ?? Number.NaN), `${level}: ${got[level]}, not ${want[level]}`).toBe(true)
    }
    expect(nodeWords(got.high_nodes)).toEqual(want.high_nodes)
    expect(nodeWords(got.low_nodes)).toEqual(want.low_nodes)
  })
})

test('a profile of trades is exact, and says so', () => {
  const trades = { time: [1, 2, 3], price: [10, 11, 10], size: [1, 2, 4], side: [1, -1, 0] }
  const profile = q.volumeOfTrades(trades, { rows: 2 })
  expect(profile).toMatchObject({ source: 'trades', count: 3, total: 7, poc: 10.25 })
  expect([...profile.edges]).toEqual([10, 10.5, 11])
  expect(() => q.volumeOfTrades({ ...trades, size: [1, 2] })).toThrow('size has 2 values where time has 3')
  expect(() => q.volumeOfTrades({ ...trades, price: [10, Number.NaN, 10] })).toThrow(/^bar 1: price is NaN/)
})

describe('a stream', () => {
  const ranges: VolumeRange[] = [
    { kind: 'session' },
    { kind: 'session', offset: 90, length: 240 },
    { kind: 'week' },
    { kind: 'month' },
    { kind: 'rolling', bars: 50 },
    { kind: 'anchored', from: 1_700_500_000_000 },
    { kind: 'bounds', bounds: [1_700_100_000_000, 1_700_900_000_000] },
  ]

  test.each(ranges)('over %j gives the same bits bar by bar, in runs and from a snapshot', range => {
    const candles = readCandles(new URL('walk.csv.gz', volumeVectors)).slice(0, 900)
    using many = q.volumeStream({ interval: '15m', range, params: { rows: 12 } })
    const columns = many.nextMany(candles)
    using one = q.volumeStream({ interval: '15m', range, params: { rows: 12 } })
    const events = []
    for (let i = 0; i < 450; i++) {
      const bar = {
        open_time: candles.open_time[i]!,
        open: candles.open[i]!,
        high: candles.high[i]!,
        low: candles.low[i]!,
        close: candles.close[i]!,
        volume: candles.volume[i]!,
      }
      const peeked = one.peek(bar)
      const levels = one.next(bar)
      expect(peeked).toEqual(levels)
      expect(levels.poc).toBe(columns.poc[i])
      expect(levels.vwap).toBe(columns.vwap[i])
      expect(levels.count).toBe(columns.count[i])
      events.push(...one.events())
    }
    using rest = q.volumeStream({ snapshot: one.snapshot() })
    expect(rest.bars).toBe(450)
    const after = rest.nextMany(candles.slice(450, 900))
    expect(differing(after.poc, columns.poc.slice(450))).toBeUndefined()
    expect(differing(after.total, columns.total.slice(450))).toBeUndefined()
    expect([...events, ...after.events]).toEqual(columns.events)
    expect(rest.snapshot()).toEqual(many.snapshot())
    expect(rest.profile()).toEqual(many.profile())
    expect(rest.previous()).toEqual(many.previous())
    expect(rest.naked()).toEqual(many.naked())
  })

  test('tells its sessions, its naked levels and its events', () => {
    const candles = readCandles(new URL('walk.csv.gz', volumeVectors)).slice(0, 900)
    using stream = q.volumeStream({ interval: '15m', range: { kind: 'session' } })
    expect(stream.previous()).toBeUndefined()
    expect(() => stream.profile()).toThrow(expect.objectContaining({ code: 'no_bars' }))
    const { events } = stream.nextMany(candles)
    expect(new Set(events.map(e => e.kind))).toContain('volume.poc_shift')
    const shift = events.find(e => e.kind === 'volume.poc_shift')!
    expect(shift.levels.length).toBe(2)
    expect(shift.side).toBe(shift.levels[1]!.price > shift.levels[0]!.price ? 'bull' : 'bear')
    expect(stream.previous()!.end).toBeLessThan(stream.last!)
    const prices = stream.naked().map(n => n.price)
    expect(prices).toEqual(prices.toSorted((a, b) => a - b))
    expect(stream.params).toMatchObject({ rows: 24, expansion: 'pairs', spread: 'uniform' })
  })
})

test.each([
  [{ rows: 0 }, /^rows /],
  [{ rows: 24, row_size: 1 }, 'needs exactly one of'],
  [{ value_area: 0 }, 'value_area is 0, must be above 0 and at most 1'],
  [{ volume_unit: 3 }, 'volume_unit is 3, must be a power of two'],
  [{ expansion: 'up' as 'pairs' }, 'expansion is NaN, must be one of pairs, single'],
])('%j is refused in the native words', (params, says) => {
  expect(() => q.volume([[0, 1, 2, 1, 2, 3]], params)).toThrow(says)
})

test('no bars are refused', () => {
  expect(() => q.volume([])).toThrow(expect.objectContaining({ code: 'no_bars' }))
})
