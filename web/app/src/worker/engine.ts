import { type Candle, type CandleColumns, Candles, type CipherStream, Quantum } from '@quantum-signals/sdk'
import type { Bars, CipherEvent, EngineInfo, Profile } from '../protocol.ts'

/** What some closed bars gave. */
export interface Computed {
  bars: Bars
  events: CipherEvent[]
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
   * A series' engine: as the server's checkpoint left it, base64, or new.
   * @throws {EngineError} `invalid_snapshot` where the server runs another version.
   */
  cipher(interval: string, checkpoint: string | null): Cipher {
    const options = checkpoint === null ? { interval } : { snapshot: fromBase64(checkpoint) }
    return new Cipher(this.#quantum.cipherStream(options))
  }

  /** Volume at price over bars, at least one. */
  profile(bars: Bars, rows: number): Profile {
    const { edges, up, down, poc, vah, val, total } = this.#quantum.volume(bars, { rows })
    return { from: bars.open_time[0]!, to: bars.open_time.at(-1)!, edges, up, down, poc, vah, val, total }
  }
}

/** The engine of one series. */
export class Cipher {
  readonly #stream: CipherStream

  constructor(stream: CipherStream) {
    this.#stream = stream
  }

  /** Commits closed bars. */
  nextMany(columns: CandleColumns): Computed {
    const candles = new Candles(columns)
    const { readings, events } = this.#stream.nextMany(candles)
    const { open_time, open, high, low, close, volume } = candles
    const named = this.#stream.names.readings.map(name => readings[name]!)
    return { bars: { open_time, open, high, low, close, volume, readings: named }, events }
  }

  /** Commits one closed bar. */
  next(candle: Candle): Computed {
    const { values } = this.#stream.next(candle)
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
    return { bars, events: this.#stream.events() }
  }

  /** The readings a forming bar would have if it closed as it is. */
  peek(candle: Candle): number[] {
    return [...this.#stream.peek(candle).values]
  }

  free(): void {
    this.#stream.dispose()
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), c => c.charCodeAt(0))
}
