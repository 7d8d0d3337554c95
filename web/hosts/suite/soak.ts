// wasm/parity/soak.go in TypeScript: the same candles into the same engines, in
// the same order, for the same digests.

import {
  type Candle,
  Candles,
  type Catalog,
  type CipherStream,
  EngineError,
  type Quantum,
  type VolumeProfile,
  type VolumeRange,
  type VolumeStream,
} from '@quantum-signals/sdk'
import { Digest } from './digest.ts'
import { firstOpen, hostile, Random, Walk } from './random.ts'
import { cipherWords, levelNames, paramsOf, shapes, volumeWords } from './words.ts'

export interface Soaked {
  seed: number
  candles: number
  engines: number
  values: number
  events: number
  snapshots: number
  refusals: number
  digests: string[]
}

const digestEvery = 10_000
const intervals = [60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000] as const
const codes = ['ok', 'invalid_parameter', 'invalid_bar', 'out_of_order', 'no_bars', 'overflow'] as const

type Vector = Record<string, number>

/** What a soak needs of an engine, of either kind. */
interface Soaking {
  next(bar: Candle): void
  peek(bar: Candle): void
  events(): void
  many(bars: Candles): void
  snapshot(): Uint8Array
  move(): void
  dispose(): void
}

export function soak(q: Quantum, seed: number, candles: number): Soaked {
  const run = new Soak(q, seed)
  while (run.result.candles < candles) {
    run.round()
    const { digests } = run.result
    if (digests.length < Math.floor(run.result.candles / digestEvery) || run.result.candles >= candles) {
      digests.push(run.digest.toString())
    }
  }
  return run.result
}

class Soak {
  readonly result: Soaked
  readonly digest = new Digest()
  readonly #q: Quantum
  readonly #random: Random

  constructor(q: Quantum, seed: number) {
    this.#q = q
    this.#random = new Random(seed)
    this.result = { seed, candles: 0, engines: 0, values: 0, events: 0, snapshots: 0, refusals: 0, digests: [] }
  }

  round(): void {
    const random = this.#random
    this.result.engines += 2
    const interval = intervals[random.below(intervals.length)]!
    const walk = new Walk(random, interval)
    const cipher = this.#params('cipher', params => this.#q.cipherStream({ interval, params }).dispose())
    const volume = this.#params('volume', params =>
      this.#q.volumeStream({ interval, params, range: { kind: 'session' } }).dispose(),
    )
    const range = this.#range(interval)
    const engines = [
      this.#cipher(this.#q.cipherStream({ interval, params: cipher })),
      this.#volume(this.#q.volumeStream({ interval, params: volume, range })),
    ]
    for (let left = 200 + random.below(2500); left > 0; ) {
      const op = random.below(256)
      if (op < 2) {
        for (const engine of engines) engine.move()
      } else if (op < 4) {
        walk.tame = random.below(4) > 0
        const bars = Array.from({ length: 1 + random.below(Math.min(left, 300)) }, () => walk.next())
        walk.tame = false
        left -= bars.length
        this.result.candles += bars.length
        const columns = new Candles(bars)
        for (const engine of engines) engine.many(columns)
        this.#atOnce(columns, interval, cipher, volume)
      } else {
        const bar = walk.next()
        left--
        this.result.candles++
        for (const engine of engines) {
          if (op < 8) this.#allowed(() => engine.peek(bar))
          this.#allowed(() => engine.next(bar))
          engine.events()
        }
      }
    }
    for (const engine of engines) {
      this.#snapshot(engine.snapshot())
      engine.dispose()
    }
  }

  /** Some parameters at random; the defaults where they are refused. */
  #params(kind: 'cipher' | 'volume', attempt: (params: Vector) => void): Vector {
    const catalog = this.#q.catalog[kind]
    const defaults = catalog.params.map(p => p.default ?? 0)
    const params = paramsOf(catalog, this.#mutate([...defaults], catalog))
    return this.#allowed(() => attempt(params)) ? params : paramsOf(catalog, defaults)
  }

  #mutate(vector: number[], { params }: Catalog): number[] {
    const random = this.#random
    for (let changes = random.below(6); changes > 0; changes--) {
      const i = random.below(vector.length)
      const info = params[i]!
      const low = Math.floor(info.low !== null && info.low > -1000 ? info.low : -1000)
      const high = info.high !== null && info.high < 1000 ? info.high : 1000
      switch (random.below(20)) {
        case 0:
          vector[i] = hostile[random.below(hostile.length)]!
          break
        case 1:
          vector[i] = (info.high ?? Number.NaN) + 1
          break
        case 2:
          vector[i] = low + 0.5
          break
        default:
          vector[i] = low + random.below(Math.min(Math.trunc(high - low), 200) + 1)
      }
    }
    return vector
  }

  #range(interval: number): VolumeRange {
    const random = this.#random
    switch (random.below(6)) {
      case 0:
        return { kind: 'session' }
      case 1: {
        const offset = random.below(1440)
        return { kind: 'session', offset, length: 60 * (1 + random.below(24)) }
      }
      case 2:
        return { kind: 'week', offset: random.below(1440) }
      case 3:
        return { kind: 'bounds', bounds: [firstOpen, firstOpen + interval * 50, firstOpen + interval * 1000] }
      case 4:
        return { kind: 'rolling', bars: 1 + random.below(200) }
      default:
        return { kind: 'anchored', from: firstOpen + interval * random.below(100) }
    }
  }

  /** Takes a refusal into the digest and says whether there was none. */
  #allowed(f: () => void): boolean {
    try {
      f()
      return true
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.result.refusals++
      this.digest.word(-codes.indexOf(error.code as (typeof codes)[number]))
      this.digest.text(error.message)
      return false
    }
  }

  #events(list: number[][]): void {
    this.result.events += list.length
    for (const words of list) this.digest.floats(words)
  }

  #snapshot(bytes: Uint8Array): void {
    this.result.snapshots++
    this.digest.bytes(bytes)
  }

  /** Commits a run; where a bar is refused, what is kept is how many were not. */
  #run(f: () => void, bars: () => number): void {
    if (!this.#allowed(f)) this.digest.word(bars())
  }

  #cipher(first: CipherStream): Soaking {
    const q = this.#q
    let stream = first
    const take = ({ values, flags }: ReturnType<CipherStream['next']>): void => {
      this.result.values += values.length + 1
      this.digest.floats(values)
      this.digest.bits(flags)
    }
    return {
      next: bar => take(stream.next(bar)),
      peek: bar => take(stream.peek(bar)),
      events: () => this.#events(stream.events().map(e => cipherWords(q, e))),
      many: bars =>
        this.#run(
          () => {
            const { readings, flags, events } = stream.nextMany(bars)
            this.result.values += (q.names.readings.length + 1) * bars.length
            for (const name of q.names.readings) this.digest.words(readings[name]!)
            this.digest.words(flags)
            this.#events(events.map(e => cipherWords(q, e)))
          },
          () => stream.bars,
        ),
      snapshot: () => stream.snapshot(),
      move: () => {
        const snapshot = stream.snapshot()
        this.#snapshot(snapshot)
        stream.dispose()
        stream = q.cipherStream({ snapshot })
      },
      dispose: () => stream.dispose(),
    }
  }

  #volume(first: VolumeStream): Soaking {
    const q = this.#q
    let stream = first
    const take = (levels: ReturnType<VolumeStream['next']>): void => {
      this.result.values += levelNames.length
      for (const name of levelNames) this.digest.float(levels[name])
    }
    return {
      next: bar => take(stream.next(bar)),
      peek: bar => take(stream.peek(bar)),
      events: () => this.#events(stream.events().map(e => volumeWords(q, e))),
      many: bars =>
        this.#run(
          () => {
            const columns = stream.nextMany(bars)
            this.result.values += levelNames.length * bars.length
            for (const name of levelNames) this.digest.words(columns[name])
            this.#events(columns.events.map(e => volumeWords(q, e)))
          },
          () => stream.bars,
        ),
      snapshot: () => stream.snapshot(),
      move: () => {
        const snapshot = stream.snapshot()
        this.#snapshot(snapshot)
        stream.dispose()
        stream = q.volumeStream({ snapshot })
      },
      dispose: () => stream.dispose(),
    }
  }

  /** Some columns and profiles of the bars alone. */
  #atOnce(bars: Candles, interval: number, cipher: Vector, volume: Vector): void {
    const { readings } = this.#q.names
    const mask = this.#random.next()
    const wanted = [...readings, 'flags'].filter((_, i) => (mask >>> i) & 1)
    this.#allowed(() => {
      const got = this.#q.cipher(bars, { interval, params: cipher, fields: wanted })
      this.result.values += wanted.length * bars.length
      for (const name of wanted) this.digest.words(name === 'flags' ? got.flags : got.readings[name]!)
    })
    this.#allowed(() => this.#profile(this.#q.volume(bars, volume)))
    const side = Array.from({ length: bars.length }, () => this.#random.below(3) - 1)
    if (this.#random.below(50) === 0) side[this.#random.below(bars.length)] = 2
    const trades = { time: bars.open_time, price: bars.close, size: bars.volume, side }
    this.#allowed(() => this.#profile(this.#q.volumeOfTrades(trades, volume)))
  }

  #profile(p: VolumeProfile): void {
    const head = [p.count, p.unit, p.total, p.poc, p.vah, p.val, p.enclosed, p.vwap, p.sd, shapes.indexOf(p.shape)]
    const nodes = [...p.high_nodes, ...p.low_nodes].flatMap(n => [n.row, n.price, n.volume, n.prominence])
    const numbers = [...head, ...p.edges, ...p.up, ...p.down, ...nodes]
    this.result.values += numbers.length
    this.digest.floats(numbers)
  }
}
