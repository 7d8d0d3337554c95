import {
  type Candle,
  type CandleColumns,
  Candles,
  type CipherStream,
  EngineError,
  Quantum,
  type VolumeStream,
} from '@quantum-signals/sdk'
import type { Bars, EngineEvent, EngineInfo, Profile } from '../protocol.ts'
import type { Snapshot } from './api.ts'

/** What some closed bars gave. */
export interface Computed {
  bars: Bars
  events: EngineEvent[]
}

/** quantum.wasm in this worker. */
export class Engine {
  readonly info: Omit<EngineInfo, 'server'>
  readonly #quantum: Quantum

  private constructor(quantum: Quantum) {
    this.#quantum = quantum
    this.info = {
      version: quantum.version,
      sha256: quantum.sha256 ?? '',
      readings: quantum.catalog.cipher.readings.map(({ name, unit, meaning }) => ({ name, unit, meaning })),
    }
  }

  static async load(): Promise<Engine> {
    return new Engine(await Quantum.load())
  }

  /**
   * A series' engines, as the server's checkpoint left them; new ones where there
   * is none. The volume engine remembers sessions from long ago: where the
   * checkpoint is without its state it is left out.
   * @throws {EngineError} `invalid_snapshot` where the server runs another version.
   */
  open(interval: string, { snapshot, volume_snapshot, preset }: Snapshot): SeriesEngines {
    const cipher = this.#quantum.cipherStream(
      snapshot ? { snapshot: fromBase64(snapshot) } : { interval, params: { preset } },
    )
    if (snapshot && !volume_snapshot) return new SeriesEngines(cipher, undefined)
    const volume = this.#quantum.volumeStream(
      volume_snapshot ? { snapshot: fromBase64(volume_snapshot) } : { interval, range: { kind: 'session' } },
    )
    return new SeriesEngines(cipher, volume)
  }

  /** Volume at price over bars, at least one. */
  profile(bars: Bars, rows: number): Profile {
    const { edges, up, down, poc, vah, val, total } = this.#quantum.volume(bars, { rows })
    return { from: bars.open_time[0]!, to: bars.open_time.at(-1)!, edges, up, down, poc, vah, val, total }
  }
}

/** The engines that run over one series, as the server's do: the cipher, and volume over the UTC day. */
export class SeriesEngines {
  readonly #cipher: CipherStream
  readonly #volume: VolumeStream | undefined
  /** The engines that run, as event kinds begin. */
  readonly names: readonly string[]

  constructor(cipher: CipherStream, volume: VolumeStream | undefined) {
    this.names = volume ? ['cipher', 'volume'] : ['cipher']
    this.#cipher = cipher
    this.#volume = volume
  }

  /** Commits closed bars. Their events come in the order the server gives them. */
  nextMany(columns: CandleColumns): Computed {
    const candles = new Candles(columns)
    const { readings, events } = this.#cipher.nextMany(candles)
    const { open_time, open, high, low, close, volume } = candles
    const named = this.#cipher.names.readings.map(name => readings[name]!)
    const bars = { open_time, open, high, low, close, volume, readings: named }
    const volumeEvents = Array.from(open_time, (_, i) =>
      this.#nextVolume({
        open_time: open_time[i]!,
        open: open[i]!,
        high: high[i]!,
        low: low[i]!,
        close: close[i]!,
        volume: volume[i]!,
      }),
    )
    return { bars, events: [...events.map(e => ({ ...e, levels: [] })), ...volumeEvents.flat()] }
  }

  /** Commits one closed bar. */
  next(candle: Candle): Computed {
    const { values } = this.#cipher.next(candle)
    const one = (value: number) => Float64Array.of(value)
    const bars: Bars = {
      open_time: one(candle.open_time),
      open: one(candle.open),
      high: one(candle.high),
      low: one(candle.low),
      close: one(candle.close),
      volume: one(candle.volume),
      readings: Array.from(values, one),
    }
    const events = this.#cipher.events().map(e => ({ ...e, levels: [] }))
    return { bars, events: [...events, ...this.#nextVolume(candle)] }
  }

  /** The readings a forming bar would have if it closed as it is. */
  peek(candle: Candle): number[] {
    return [...this.#cipher.peek(candle).values]
  }

  free(): void {
    this.#cipher.dispose()
    this.#volume?.dispose()
  }

  /** A bar whose volume is over what the engine's unit can count is left out of the profile, as the server does. */
  #nextVolume(candle: Candle): EngineEvent[] {
    if (!this.#volume) return []
    try {
      this.#volume.next(candle)
    } catch (error) {
      if (error instanceof EngineError && error.code !== 'trapped') return []
      throw error
    }
    return this.#volume.events().map(({ levels, ...event }) => ({
      ...event,
      pivots: [],
      levels: levels.map(({ price, start }) => ({ price, session: start })),
    }))
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), c => c.charCodeAt(0))
}
