import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Candle, Candles, type CipherParams, type CipherStream, EngineError, Quantum } from '../src/index.ts'
import { cipherVectors, differing, readCandles, readCsv } from './vectors.ts'

let q: Quantum
beforeAll(async () => {
  q = await Quantum.load()
})

const at = (c: Candles, i: number): Candle => ({
  open_time: c.open_time[i]!,
  open: c.open[i]!,
  high: c.high[i]!,
  low: c.low[i]!,
  close: c.close[i]!,
  volume: c.volume[i]!,
})

const results = readdirSync(cipherVectors)
  .map(name => /^((\w+)\.(\w+))\.csv\.gz$/.exec(name))
  .filter(match => match !== null)

function paramsOf(kind: string): CipherParams {
  if (kind === 'classic' || kind === 'quantum') return { preset: kind }
  const changes = JSON.parse(readFileSync(new URL(`${kind}.json`, cipherVectors), 'utf8')) as CipherParams
  return { preset: 'classic', ...changes }
}

describe('the vectors, by bits', () => {
  test('are there', () => expect(results.length).toBeGreaterThanOrEqual(9))

  test.each(results.map(([, name, series, kind]) => [name!, series!, kind!]))('%s', (_, series, kind) => {
    const candles = readCandles(new URL(`${series}.csv.gz`, cipherVectors))
    const got = q.cipher(candles, { interval: series === 'tiny' ? '1h' : '15m', params: paramsOf(kind) })
    const { readings, flags } = q.names
    for (const [name, want] of readCsv(new URL(`${series}.${kind}.csv.gz`, cipherVectors))) {
      if (name === 'open_time') continue
      if (readings.includes(name)) {
        expect(differing(got.readings[name]!, want), name).toBeUndefined()
      } else {
        expect(flags, name).toContain(name)
        expect(differing(Float64Array.from(q.names.flag(got.flags, name)), want), name).toBeUndefined()
      }
    }
  })
})

describe('a stream', () => {
  const open = (): CipherStream => q.cipherStream({ interval: '15m', params: { preset: 'classic' } })
  const walk = () => readCandles(new URL('walk.csv.gz', cipherVectors)).slice(0, 1200)

  test('gives the bits of the batch, bar by bar and in runs', () => {
    const candles = walk()
    const batch = q.cipher(candles, { interval: '15m', params: { preset: 'classic' } })
    using one = open()
    using many = open()
    const events = []
    for (let i = 0; i < candles.length; i++) {
      const peeked = one.peek(at(candles, i))
      const { values, flags } = one.next(at(candles, i), i % 2 === 0 ? undefined : { values: [], flags: 0n })
      expect(differing(Float64Array.from(peeked.values), Float64Array.from(values)), `peek of bar ${i}`).toBeUndefined()
      const inBatch = Float64Array.from(q.names.readings, name => batch.readings[name]![i]!)
      expect(differing(Float64Array.from(values), inBatch), `bar ${i}`).toBeUndefined()
      expect(flags).toBe(batch.flags[i])
      events.push(...one.events())
    }
    expect(events).toEqual(batch.events)
    expect(events.length).toBeGreaterThan(100)
    expect(events.some(e => e.pivots.length === 2)).toBe(true)

    const runs = [candles.slice(0, 1), candles.slice(1, 700), candles.slice(700, 1200)].map(c => many.nextMany(c))
    expect(runs.flatMap(run => [...run.flags])).toEqual([...batch.flags])
    expect(runs.flatMap(run => run.events)).toEqual(batch.events)
    expect(many.bars).toBe(1200)
    expect(many.last).toBe(candles.open_time[1199])
  })

  test('goes on from a snapshot with the same bits', () => {
    const candles = walk()
    using whole = open()
    whole.nextMany(candles.slice(0, 600))
    const snapshot = whole.snapshot()
    const rest = whole.nextMany(candles.slice(600, 1200))

    using other = q.cipherStream({ snapshot })
    expect(other.bars).toBe(600)
    expect(other.interval).toBe(900_000)
    expect(other.params).toMatchObject({ preset: 'classic', rsi_period: 14, stoch_log: true })
    expect(other.nextMany(candles.slice(600, 1200))).toEqual(rest)

    whole.restore(snapshot)
    expect(whole.bars).toBe(600)
    expect(whole.snapshot()).toEqual(snapshot)
    expect(whole.nextMany(candles.slice(600, 1200)).events).toEqual(rest.events)
  })

  test('keeps the bars before a refused one, and goes on', () => {
    const candles = walk().slice(0, 20)
    const broken = new Candles({ ...candles, high: candles.high.map((v, i) => (i === 13 ? 0 : v)) })
    using stream = open()
    expect(() => stream.nextMany(broken)).toThrow(/^bar 13: high is 0, must be at least /)
    expect(stream.bars).toBe(13)
    stream.nextMany(candles.slice(13, 20))
    expect(stream.bars).toBe(20)
    expect(() => stream.next(at(candles, 5))).toThrow(/^bar 20: open_time is \d+, must be at least \d+$/)
  })

  test('is freed by dispose, and refuses to go on', () => {
    using first = open()
    first.snapshot()
    const before = q.memoryUsed
    {
      using inner = open()
      inner.nextMany(walk().slice(0, 10))
      expect(q.memoryUsed).toBeGreaterThan(before)
    }
    expect(q.memoryUsed).toBe(before)
    const stream = open()
    stream.dispose()
    stream.dispose()
    expect(() => stream.next(at(walk(), 0))).toThrow(EngineError)
  })
})

describe('some fields alone', () => {
  const walk = () => readCandles(new URL('walk.csv.gz', cipherVectors))

  test.each([
    [['rsi']],
    [['wt1', 'wt2', 'mf', 'rsi', 'stoch_k', 'stoch_d', 'stc']],
    [['htf_fast_wt_smooth', 'ema8']],
    [['flags']],
    [['wt2', 'flags']],
    [[]],
  ])('%j have the bits of the whole', fields => {
    const whole = q.cipher(walk(), { interval: '15m' })
    const got = q.cipher(walk(), { interval: '15m', fields })
    expect(Object.keys(got.readings).toSorted()).toEqual(fields.filter(f => f !== 'flags').toSorted())
    for (const [name, column] of Object.entries(got.readings)) {
      expect(differing(column, whole.readings[name]!), name).toBeUndefined()
    }
    expect([...got.flags]).toEqual(fields.includes('flags') ? [...whole.flags] : [])
    expect(got.events).toEqual([])
  })

  test('bring the events where they are asked for', () => {
    const { events } = q.cipher(walk(), { interval: '15m' })
    expect(q.cipher(walk(), { interval: '15m', fields: [], events: true }).events).toEqual(events)
    expect(q.cipher(walk(), { interval: '15m', events: false }).events).toEqual([])
    using stream = q.cipherStream({ interval: '15m' })
    const { readings, flags } = stream.nextMany(walk(), { fields: ['mf'] })
    expect(Object.keys(readings)).toEqual(['mf'])
    expect(flags.length).toBe(0)
  })

  test('go into the columns of a former result where they fit', () => {
    const options = { interval: '15m', fields: ['rsi', 'flags'] } as const
    const want = q.cipher(walk(), options)
    const into = q.cipher({ ...walk(), close: walk().open }, options)
    expect(differing(into.readings.rsi!, want.readings.rsi!)).toBeDefined()
    const { rsi } = into.readings
    const got = q.cipher(walk(), { ...options, into })
    expect(got).toEqual(want)
    expect(got.readings.rsi).toBe(rsi)
    expect(got.flags).toBe(into.flags)

    const shorter = q.cipher(walk().slice(0, 100), { ...options, into })
    expect(shorter.readings.rsi?.length).toBe(100)
    expect(into.readings.rsi?.length).toBe(3000)

    using stream = q.cipherStream({ interval: '15m' })
    expect(stream.nextMany(walk(), { fields: ['rsi'], into: got }).readings.rsi).toBe(rsi)
  })

  test('have to be known', () => {
    expect(() => q.cipher(walk(), { interval: '15m', fields: ['wt3'] })).toThrow('wt3 is no reading')
  })

  test('are refused as the whole is', () => {
    const candles = { ...walk(), close: walk().close.map((v, i) => (i === 2500 ? Number.NaN : v)) }
    for (const fields of [undefined, ['rsi']]) {
      expect(() => q.cipher(candles, { interval: '15m', ...(fields && { fields }) })).toThrow(
        /^bar 2500: close is NaN, /,
      )
    }
  })
})

test('memory ends as it began', () => {
  const candles = readCandles(new URL('gaps.csv.gz', cipherVectors)).slice(0, 3)
  const cycle = () => {
    using stream = q.cipherStream({ interval: '15m' })
    stream.nextMany(candles)
  }
  cycle()
  const used = q.memoryUsed
  for (let i = 0; i < 2000; i++) cycle()
  expect(q.memoryUsed).toBe(used)
})

describe('candles', () => {
  const rows = [
    [1_700_000_000_000, 10, 12, 9, 11, 5],
    [1_700_000_060_000, 11, 13, 10, 12, 6],
  ] as const
  const objects = rows.map(([open_time, open, high, low, close, volume]) => ({
    open_time,
    open,
    high,
    low,
    close,
    volume,
  }))
  const columns = {
    open_time: rows.map(r => r[0]),
    open: rows.map(r => r[1]),
    high: rows.map(r => r[2]),
    low: rows.map(r => r[3]),
    close: rows.map(r => r[4]),
    volume: rows.map(r => r[5]),
  }

  test('come as columns, rows or objects', () => {
    const want = q.cipher(columns, { interval: '1m' })
    expect(q.cipher(rows, { interval: '1m' })).toEqual(want)
    expect(q.cipher(objects, { interval: 60_000 })).toEqual(want)
    expect(q.cipher(new Candles(rows), { interval: '1m' })).toEqual(want)
    expect(q.cipher([], { interval: '1m' }).open_time.length).toBe(0)
  })

  test('that are null, or of different lengths, are refused by name', () => {
    const gap = { ...columns, close: [11, null] } as unknown as typeof columns
    expect(() => q.cipher(gap, { interval: '1m' })).toThrow('bar 1: close is NaN, must be from -1e+100 to 1e+100')
    expect(() => new Candles({ ...columns, low: [9] })).toThrow('low has 1 values where open_time has 2')
  })
})
