// What the package promises, checked where it runs. Nothing here knows which
// host that is but by what it was given.

import {
  type Candles,
  type CipherColumns,
  type CipherParams,
  EngineError,
  intervalMs,
  type Quantum,
} from '@quantum-signals/sdk'
import type { SocketConstructor } from '@quantum-signals/sdk/live'
import { equal, ok, refuses } from './expect.ts'
import { bytes, candles, json } from './files.ts'
import { candle } from './parity.ts'

/** What a host gives the suite. */
export interface Given {
  /** A new engine of this host's. */
  quantum(): Promise<Quantum>
  /** The package's load, where the host compiles what it has fetched; workerd does not. */
  load?(source?: string | URL | Response | BufferSource | WebAssembly.Module): Promise<Quantum>
  /** A WebSocket where the host has none. */
  socket?: SocketConstructor
}

export interface Checked {
  name: string
  error?: string
}

interface Context extends Given {
  q: Quantum
  walk: Candles
  base: string
}

type Check = (c: Context) => void | Promise<void>

const interval = '15m'

/** Runs all of them, each on an engine of its own. */
export async function runChecks(given: Given, base: string): Promise<Checked[]> {
  const walk = await candles(`${base}/vectors/cipher/walk.csv.gz`)
  const results: Checked[] = []
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check({ ...given, q: await given.quantum(), walk, base })
      results.push({ name })
    } catch (error) {
      results.push({ name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
  return results
}

export const checks: Record<string, Check> = {
  'the module is the committed one': async ({ q, base }) => {
    const { sha256 } = await json<{ sha256: string }>(`${base}/quantum.json`)
    equal(q.sha256, sha256, 'sha256')
    equal(q.catalog.cipher.version, q.version, 'version')
    equal(q.catalog.cipher.params.length, 65, 'parameters')
    equal(q.names.readings.length + q.names.flags.length, q.catalog.cipher.columns.length, 'columns')
  },

  'load takes an address, a response, bytes and a module': async ({ load, base, q }) => {
    if (!load) return
    const address = `${base}/quantum.wasm`
    const body = await bytes(address)
    const module = await WebAssembly.compile(body)
    for (const source of [undefined, address, new URL(address), await fetch(address), body, body.buffer, module]) {
      equal((await load(source)).version, q.version, 'version')
    }
    const error = await load(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)).catch(e => e)
    ok(error instanceof EngineError && error.code === 'unsupported', `an empty module: ${error}`)
    const missing = await load(`${base}/none`).catch(e => e)
    ok(missing instanceof EngineError && missing.message.includes('answered 404'), `a missing file: ${missing}`)
  },

  'candles come as columns, rows, objects or once for all': ({ q, walk }) => {
    const some = walk.slice(0, 300)
    const want = q.cipher(some, { interval })
    const objects = Array.from({ length: 300 }, (_, i) => candle(some, i))
    const rows = objects.map(b => [b.open_time, b.open, b.high, b.low, b.close, b.volume] as const)
    const lists = Object.fromEntries(
      (['open_time', 'open', 'high', 'low', 'close', 'volume'] as const).map(k => [k, [...some[k]]]),
    )
    equal(q.cipher(objects, { interval }), want, 'objects')
    equal(q.cipher(rows, { interval: intervalMs('15m') }), want, 'rows')
    equal(q.cipher(lists as unknown as Candles, { interval }), want, 'lists')
    equal(q.cipher([], { interval }).readings.rsi, new Float64Array(), 'no bars')
  },

  'a stream gives the bits of the series, bar by bar and in runs': ({ q, walk }) => {
    const series = q.cipher(walk, { interval })
    using one = q.cipherStream({ interval })
    using many = q.cipherStream({ interval })
    const events: CipherColumns['events'] = []
    for (let i = 0; i < 1000; i++) {
      const bar = candle(walk, i)
      const peeked = one.peek(bar)
      const output = one.next(bar)
      equal(peeked, output, `peek of bar ${i}`)
      equal(
        Float64Array.from(output.values),
        Float64Array.from(q.names.readings, name => series.readings[name]![i]!),
        `bar ${i}`,
      )
      equal(output.flags, series.flags[i], `flags of bar ${i}`)
      events.push(...one.events())
    }
    equal(events, series.events.slice(0, events.length), 'events')
    ok(events.length > 100, `${events.length} events show nothing`)
    const runs = [walk.slice(0, 1), walk.slice(1, 1200), walk.slice(1200, walk.length)].map(c => many.nextMany(c))
    equal(
      runs.flatMap(r => [...r.readings.wt2!]),
      [...series.readings.wt2!],
      'wt2 in runs',
    )
    equal(
      runs.flatMap(r => r.events),
      series.events,
      'events in runs',
    )
    equal(many.bars, walk.length, 'bars')
    equal(many.last, walk.open_time.at(-1), 'last')
  },

  'a snapshot goes on elsewhere, and an engine goes back to it': async ({ q, walk, quantum }) => {
    using whole = q.cipherStream({ interval, params: { preset: 'classic', rsi_period: 9 } })
    whole.nextMany(walk.slice(0, 600))
    const snapshot = whole.snapshot()
    const rest = whole.nextMany(walk.slice(600, 1200))
    using other = (await quantum()).cipherStream({ snapshot })
    equal(other.bars, 600, 'bars')
    equal(other.interval, 900_000, 'interval')
    equal(other.params.rsi_period, 9, 'rsi_period')
    equal(other.nextMany(walk.slice(600, 1200)), rest, 'the rest elsewhere')
    whole.restore(snapshot)
    equal(whole.snapshot(), snapshot, 'the snapshot of the restored')
    equal(whole.nextMany(walk.slice(600, 1200)), rest, 'the rest again')
    refuses('invalid_snapshot', '', () => q.cipherStream({ snapshot: snapshot.subarray(1) }))
    refuses('invalid_snapshot', '', () => q.volumeStream({ snapshot }))
  },

  'some fields alone have the bits of the whole': ({ q, walk }) => {
    const whole = q.cipher(walk, { interval })
    for (const fields of [
      ['rsi'],
      ['wt1', 'wt2', 'mf', 'rsi', 'stoch_k', 'stoch_d', 'stc'],
      ['flags'],
      ['ema8', 'flags'],
      [],
    ]) {
      const got = q.cipher(walk, { interval, fields })
      for (const name of fields.filter(f => f !== 'flags')) equal(got.readings[name], whole.readings[name], name)
      equal(got.flags, fields.includes('flags') ? whole.flags : new BigUint64Array(), 'flags')
      equal(got.events, [], 'events')
    }
    equal(q.cipher(walk, { interval, fields: [], events: true }).events, whole.events, 'events alone')
  },

  'a refused bar is named, and changes nothing': ({ q, walk }) => {
    using stream = q.cipherStream({ interval })
    stream.nextMany(walk.slice(0, 13))
    const before = stream.snapshot()
    const bar = candle(walk, 13)
    const worst: [object, EngineError['code'], string][] = [
      [{ high: 0 }, 'invalid_bar', 'bar 13: high is 0, must be at least '],
      [{ close: Number.NaN }, 'invalid_bar', 'bar 13: close is NaN, must be from -1e+100 to 1e+100'],
      [{ open: Number.POSITIVE_INFINITY }, 'invalid_bar', 'bar 13: open is '],
      [{ open_time: 0.5 }, 'invalid_bar', 'bar 13: open_time is 0.5, '],
      [{ open_time: walk.open_time[12]! }, 'out_of_order', 'bar 13: open_time is '],
    ]
    for (const [change, code, says] of worst) {
      refuses(code, says, () => stream.next({ ...bar, ...change }))
      refuses(code, says, () => stream.peek({ ...bar, ...change }))
      refuses(code, says, () => stream.nextMany([{ ...bar, ...change }]))
    }
    equal(stream.snapshot(), before, 'the state after refusals')
    stream.next(bar)
    equal(stream.bars, 14, 'bars')
  },

  'refused parameters are named in the native words': ({ q, walk }) => {
    const cipher = (params: CipherParams) => () => q.cipherStream({ interval, params })
    refuses('invalid_parameter', 'rsi_period is 0, must be a whole number from 1 to 1000', cipher({ rsi_period: 0 }))
    refuses('invalid_parameter', 'rsi is not a known name', cipher({ rsi: 14 }))
    refuses('invalid_parameter', 'must be one of quantum, classic', cipher({ preset: 'new' as 'classic' }))
    refuses('invalid_parameter', 'interval is "0m"', () => q.cipher(walk, { interval: '0m' }))
    refuses('invalid_parameter', 'value_area is 0', () => q.volume(walk, { value_area: 0 }))
    refuses('no_bars', '', () => q.volume([]))
  },

  'a profile conserves volume, in as many rows as there may be': ({ q, walk }) => {
    const unit = (v: number, of: number): number => Math.round(v / of)
    for (const rows of [1, 24, 1000, 5000]) {
      const p = q.volume(walk, { rows })
      equal(p.edges.length, rows + 1, 'edges')
      const sum = [...p.up, ...p.down].reduce((s, v) => s + unit(v, p.unit), 0)
      equal(sum, unit(p.total, p.unit), `the rows of ${rows}`)
      ok(p.val <= p.poc && p.poc <= p.vah, `val ${p.val}, poc ${p.poc}, vah ${p.vah}`)
    }
    const sized = q.volume(walk, { row_size: 50 })
    equal(sized.edges[1]! - sized.edges[0]!, 50, 'row_size')
    const trades = { time: [1, 2, 3], price: [10, 11, 10], size: [1, 2, 4], side: [1, -1, 0] }
    equal([...q.volumeOfTrades(trades, { rows: 2 }).edges], [10, 10.5, 11], 'edges of trades')
  },

  'volume streams over every range, through a snapshot': async ({ q, walk, quantum }) => {
    const at = (i: number): number => walk.open_time[i]!
    for (const range of [
      { kind: 'session' },
      { kind: 'session', offset: 90, length: 240 },
      { kind: 'week' },
      { kind: 'rolling', bars: 50 },
      { kind: 'anchored', from: at(100) },
      { kind: 'bounds', bounds: [at(50), at(300)] },
    ] as const) {
      using many = q.volumeStream({ interval, range })
      const columns = many.nextMany(walk.slice(0, 700))
      using one = q.volumeStream({ interval, range })
      for (let i = 0; i < 350; i++) {
        const levels = one.next(candle(walk, i))
        equal(levels.poc, columns.poc[i], `poc of bar ${i} over ${range.kind}`)
        equal(levels.vwap, columns.vwap[i], `vwap of bar ${i} over ${range.kind}`)
      }
      using rest = (await quantum()).volumeStream({ snapshot: one.snapshot() })
      const { vah } = rest.nextMany(walk.slice(350, 700))
      equal(vah, columns.vah.slice(350), `vah over ${range.kind}`)
      equal(rest.snapshot(), many.snapshot(), `the state over ${range.kind}`)
      equal(rest.profile(), many.profile(), `the profile over ${range.kind}`)
      equal(rest.previous(), many.previous(), `the session before over ${range.kind}`)
      equal(rest.naked(), many.naked(), `naked levels over ${range.kind}`)
    }
  },

  'memory that grows in a call detaches nothing of ours': ({ q, walk }) => {
    using stream = q.cipherStream({ interval: '1m' })
    stream.next({ ...candle(walk, 0), open_time: 0 })
    const n = 150_000
    const long = (k: 'open' | 'high' | 'low' | 'close' | 'volume'): Float64Array =>
      Float64Array.from({ length: n }, (_, i) => walk[k][i % walk.length]!)
    const open_time = Float64Array.from({ length: n }, (_, i) => (i + 1) * 60_000)
    const series = {
      open_time,
      open: long('open'),
      high: long('high'),
      low: long('low'),
      close: long('close'),
      volume: long('volume'),
    }
    const { readings } = q.cipher(series, { interval: '1m', fields: ['rsi', 'ema8'] }) // takes tens of megabytes
    equal(readings.rsi!.length, n, 'length')
    ok(
      readings.ema8!.subarray(1000).every(v => v > 0),
      'ema8 has holes',
    )
    stream.next({ ...candle(walk, 1), open_time: 60_000 })
    equal(stream.bars, 2, 'bars of the engine that was there before')
    equal(open_time.length, n, "the caller's own columns")
  },

  'what is freed comes back, and is not to be used again': ({ q, walk }) => {
    q.cipherStream({ interval }).dispose()
    const before = q.memoryUsed
    {
      using stream = q.cipherStream({ interval })
      using other = q.volumeStream({ interval, range: { kind: 'session' } })
      stream.nextMany(walk.slice(0, 10))
      other.next(candle(walk, 0))
      ok(q.memoryUsed > before, 'engines take no memory')
    }
    const stream = q.cipherStream({ interval })
    stream.dispose()
    stream.dispose()
    refuses('invalid_handle', '', () => stream.next(candle(walk, 0)))
    for (const call of [
      () => stream.snapshot(),
      () => stream.events(),
      () => stream.bars,
      () => stream.nextMany(walk.slice(0, 10)),
    ]) {
      refuses('invalid_handle', '', call)
    }
    q.cipherStream({ interval }).dispose() // none of which has harmed the rest
    ok(q.memoryUsed - before < 100_000, `${q.memoryUsed - before} bytes are left behind`)
  },

  'engines do not hear each other': async ({ q, walk, quantum }) => {
    const alone = q.cipher(walk.slice(0, 500), { interval })
    const second = await quantum()
    using a = q.cipherStream({ interval })
    using b = second.cipherStream({ interval, params: { rsi_period: 5 } })
    using c = q.volumeStream({ interval, range: { kind: 'week' } })
    const rsi: number[] = []
    for (let i = 0; i < 500; i++) {
      const bar = candle(walk, i)
      rsi.push(a.next(bar).values[q.names.readings.indexOf('rsi')]!)
      b.next(bar)
      c.next(bar)
    }
    equal(Float64Array.from(rsi), alone.readings.rsi, 'rsi')
  },
}
