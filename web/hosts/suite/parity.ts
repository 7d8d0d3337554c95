// wasm/parity's cases through the package: the same files, the same
// comparisons, the same counts.

import type { Candles, CipherParams, Quantum, VolumeParams, VolumeRange } from '@quantum-signals/sdk'
import { bytes, candles, csv, json } from './files.ts'
import { cipherWords, levelNames, paramsOf, volumeWords } from './words.ts'

interface Case {
  name: string
  kind: 'cipher' | 'profile' | 'volume'
  candles: string
  vector?: string
  interval: number
  params: number[]
  from: number
  to: number
  half: number
  range: VolumeRange
}

/** How one case went here, as wasm/parity writes it. */
export interface Row {
  host: string
  case: string
  kind: string
  readings: number
  readings_differing: number
  events: number
  events_differing: number
  snapshots: number
  snapshots_differing: number
  first?: string
}

export interface Parity {
  rows: Row[]
  /** The snapshot taken half-way through each case, in base 64. */
  left: Record<string, string>
}

/** Runs every case below an address that serves cases.json, reference/ and vectors/. */
export async function parity(q: Quantum, host: string, base: string): Promise<Parity> {
  const result: Parity = { rows: [], left: {} }
  for (const c of await json<Case[]>(`${base}/cases.json`)) {
    const tally = new Tally(host, c)
    const bars = (await candles(`${base}/vectors/${c.candles}`)).slice(c.from, c.to)
    if (c.kind === 'profile') {
      await profile(q, c, bars, tally, base)
    } else {
      const half = await stream(q, c, bars, tally, base)
      result.left[c.name] = btoa(Array.from(half, byte => String.fromCharCode(byte)).join(''))
    }
    result.rows.push(tally.row)
  }
  return result
}

class Tally {
  readonly row: Row

  constructor(host: string, c: Case) {
    this.row = {
      host,
      case: c.name,
      kind: c.kind,
      readings: 0,
      readings_differing: 0,
      events: 0,
      events_differing: 0,
      snapshots: 0,
      snapshots_differing: 0,
    }
  }

  /** Compares a column by bits, from bar `from` of what is wanted on. */
  column(what: string, got: Float64Array, want: Float64Array, from = 0): void {
    const [a, b] = [bits(got), bits(want)]
    this.row.readings += b.length - from
    for (let i = from; i < b.length; i++) {
      if (a[i - from] === b[i]) continue
      this.row.readings_differing++
      this.#first(`${what}, bar ${i}: ${got[i - from]}, want ${want[i]}`)
    }
  }

  events(what: string, got: number[][], want: number[][]): void {
    for (let i = 0; i < Math.max(got.length, want.length); i++) {
      this.row.events++
      if (sameWords(got[i], want[i])) continue
      this.row.events_differing++
      this.#first(`${what}: event ${i} of ${got.length} is ${got[i]}, want ${want[i]}`)
    }
  }

  snapshot(what: string, got: Uint8Array, want: Uint8Array): void {
    this.row.snapshots++
    if (got.length === want.length && got.every((byte, i) => byte === want[i])) return
    this.row.snapshots_differing++
    this.#first(`${what}: the snapshot of ${got.length} bytes is not the native one of ${want.length}`)
  }

  #first(text: string): void {
    this.row.first ??= text
  }
}

const bits = (v: Float64Array): BigUint64Array => new BigUint64Array(v.buffer, v.byteOffset, v.length)

const sameWords = (a: number[] | undefined, b: number[] | undefined): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((v, i) => Object.is(v, b[i]))

/** What an engine said over some bars: a column for each reading and flag, by name. */
interface Said {
  columns: Map<string, Float64Array>
  events: number[][]
}

/** The engines of both kinds, as a case needs them. */
interface Feeding {
  bars: number
  /** Commits bars one by one. */
  one(bars: Candles): Said
  /** Commits bars at once. */
  many(bars: Candles): Said
  snapshot(): Uint8Array
  dispose(): void
}

async function stream(q: Quantum, c: Case, bars: Candles, tally: Tally, base: string): Promise<Uint8Array> {
  const reference = (part: string): Promise<Uint8Array<ArrayBuffer>> => bytes(`${base}/reference/${c.name}.${part}`)
  const [half, end] = [await reference('half'), await reference('end')]
  const events = eventsOf(new Float64Array((await reference('events')).buffer))
  const tail = events.filter(e => e[2]! >= bars.open_time[c.half]!)
  const want = c.vector
    ? await csv(`${base}/vectors/${c.vector}`)
    : levelsOf(new Float64Array((await reference('levels')).buffer))
  want.delete('open_time')

  const compare = (what: string, { columns }: Said, from: number, to: number): void => {
    for (const [name, column] of want)
      tally.column(`${what}, ${name}`, columns.get(name) ?? new Float64Array(), column.subarray(0, to), from)
  }
  if (c.kind === 'cipher') {
    const params: CipherParams = paramsOf(q.catalog.cipher, c.params)
    const { readings, flags } = q.cipher(bars, { interval: c.interval, params, events: false })
    compare('the series', { columns: cipherColumns(q, readings, flags), events: [] }, 0, bars.length)
  }

  // Bar by bar to the middle, the rest at once.
  const engine = open(q, c)
  const before = engine.one(bars.slice(0, c.half))
  compare('bar by bar', before, 0, c.half)
  const own = engine.snapshot()
  tally.snapshot('half-way', own, half)
  const after = engine.many(bars.slice(c.half, bars.length))
  compare('in a run', after, c.half, bars.length)
  tally.events('in all', [...before.events, ...after.events], events)
  tally.snapshot('at the end', engine.snapshot(), end)
  engine.dispose()

  // The same from where the native engine stood, the other way about.
  const moved = open(q, c, half)
  if (moved.bars !== c.half) throw new Error(`${c.name}: the engine counts ${moved.bars} bars, want ${c.half}`)
  const rest = moved.one(bars.slice(c.half, bars.length))
  compare('from the native snapshot', rest, c.half, bars.length)
  tally.events('from the native snapshot', rest.events, tail)
  tally.snapshot('from the native snapshot', moved.snapshot(), end)
  moved.dispose()
  return own
}

function eventsOf(words: Float64Array): number[][] {
  const events: number[][] = []
  for (let at = 1; at < words.length; ) {
    const next = at + 6 + 3 * words[at + 5]!
    events.push([...words.subarray(at, next)])
    at = next
  }
  return events
}

function levelsOf(words: Float64Array): Map<string, Float64Array> {
  const width = levelNames.length
  return new Map(
    levelNames.map((name, k) => [
      name,
      Float64Array.from({ length: words.length / width }, (_, i) => words[i * width + k]!),
    ]),
  )
}

function open(q: Quantum, c: Case, snapshot?: Uint8Array): Feeding {
  return c.kind === 'cipher' ? openCipher(q, c, snapshot) : openVolume(q, c, snapshot)
}

function openCipher(q: Quantum, c: Case, snapshot?: Uint8Array): Feeding {
  const params: CipherParams = paramsOf(q.catalog.cipher, c.params)
  const engine = q.cipherStream(snapshot ? { snapshot } : { interval: c.interval, params })
  const words = (list: ReturnType<typeof engine.events>) => list.map(e => cipherWords(q, e))
  return {
    bars: engine.bars,
    one: bars => {
      const readings = Object.fromEntries(q.names.readings.map(name => [name, new Float64Array(bars.length)]))
      const flags = new BigUint64Array(bars.length)
      const events: number[][] = []
      for (let i = 0; i < bars.length; i++) {
        const output = engine.next(candle(bars, i))
        for (const [k, name] of q.names.readings.entries()) readings[name]![i] = output.values[k]!
        flags[i] = output.flags
        events.push(...words(engine.events()))
      }
      return { columns: cipherColumns(q, readings, flags), events }
    },
    many: bars => {
      const { readings, flags, events } = engine.nextMany(bars)
      return { columns: cipherColumns(q, readings, flags), events: words(events) }
    },
    snapshot: () => engine.snapshot(),
    dispose: () => engine.dispose(),
  }
}

function cipherColumns(
  q: Quantum,
  readings: Record<string, Float64Array>,
  flags: BigUint64Array,
): Map<string, Float64Array> {
  const columns = new Map(Object.entries(readings))
  for (const name of q.names.flags) columns.set(name, Float64Array.from(q.names.flag(flags, name)))
  return columns
}

function openVolume(q: Quantum, c: Case, snapshot?: Uint8Array): Feeding {
  const params: VolumeParams = paramsOf(q.catalog.volume, c.params)
  const engine = q.volumeStream(snapshot ? { snapshot } : { interval: c.interval, range: c.range, params })
  const words = (list: ReturnType<typeof engine.events>) => list.map(e => volumeWords(q, e))
  return {
    bars: engine.bars,
    one: bars => {
      const columns = new Map(levelNames.map(name => [name as string, new Float64Array(bars.length)]))
      const events: number[][] = []
      for (let i = 0; i < bars.length; i++) {
        const levels = engine.next(candle(bars, i))
        for (const name of levelNames) columns.get(name)![i] = levels[name]
        events.push(...words(engine.events()))
      }
      return { columns, events }
    },
    many: bars => {
      const columns = engine.nextMany(bars)
      return { columns: new Map(levelNames.map(name => [name, columns[name]])), events: words(columns.events) }
    },
    snapshot: () => engine.snapshot(),
    dispose: () => engine.dispose(),
  }
}

export function candle(c: Candles, i: number) {
  return {
    open_time: c.open_time[i]!,
    open: c.open[i]!,
    high: c.high[i]!,
    low: c.low[i]!,
    close: c.close[i]!,
    volume: c.volume[i]!,
  }
}

interface ProfileVector {
  profile: Record<(typeof profileLevels)[number], number | null> & {
    rows: [number, number, number, number][]
    high_nodes: number[][]
    low_nodes: number[][]
  }
}

const profileLevels = ['total', 'poc', 'vah', 'val', 'enclosed', 'vwap', 'sd', 'unit'] as const

async function profile(q: Quantum, c: Case, bars: Candles, tally: Tally, base: string): Promise<void> {
  const { profile: want } = await json<ProfileVector>(`${base}/vectors/${c.vector}`)
  const got = q.volume(bars, paramsOf(q.catalog.volume, c.params))
  const compare = (what: string, a: ArrayLike<number>, b: ArrayLike<number>): void =>
    tally.column(what, Float64Array.from(a), Float64Array.from(b))
  const column = (i: number): number[] => want.rows.map(row => row[i]!)
  compare('low edges', got.edges.subarray(0, -1), column(0))
  compare('high edges', got.edges.subarray(1), column(1))
  compare('up', got.up, column(2))
  compare('down', got.down, column(3))
  for (const level of profileLevels) compare(level, [got[level]], [want[level] ?? Number.NaN])
  for (const kind of ['high_nodes', 'low_nodes'] as const) {
    compare(`how many ${kind} there are`, [got[kind].length], [want[kind].length])
    compare(
      kind,
      got[kind].flatMap(n => [n.row, n.price, n.volume, n.prominence]),
      want[kind].flat(),
    )
  }
}
