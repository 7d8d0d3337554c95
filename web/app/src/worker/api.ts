import type { BarFields, EventData, Side, UnixMs } from '@quantum-signals/sdk/live'
import type { EngineEvent, Market } from '../protocol.ts'

/** Candles as the API's columns. */
export interface CandleColumns {
  open_time: number[]
  open: number[]
  high: number[]
  low: number[]
  close: number[]
  volume: number[]
}

export interface Snapshot {
  market: string
  interval: string
  engine: { version: string; wasm_sha256: string }
  epoch: string
  preset: 'quantum' | 'classic'
  /** State of the cipher engine, base64; null where the candles begin with the series' first. */
  snapshot: string | null
  /** The same of the volume engine, which runs over the UTC day. */
  volume_snapshot?: string | null
  last: UnixMs | null
  candles: CandleColumns
  seq: { bars: number; signals: number }
  forming: BarFields | null
}

/** An event as the server committed it. */
export interface ServerEvent {
  id: string
  kind: string
  side: Side
  seq?: number
  open_time: UnixMs
  known_at: UnixMs
  price: number
  data?: EventData | null
}

/** An event of the server in the words of our own. */
export function fromServer({ kind, side, open_time, known_at, price, data }: Omit<ServerEvent, 'id'>): EngineEvent {
  return { kind, side, open_time, known_at, price, pivots: data?.pivots ?? [], levels: data?.levels ?? [] }
}

interface Problem {
  title?: string
  detail?: string
}

const page = 1_000 // events asked for at once

/** The part of /api/v1 the page reads. Throws with the server's own sentence where it refuses. */
export class Api {
  readonly #base: URL

  constructor(base: URL) {
    this.#base = base
  }

  async markets(signal: AbortSignal): Promise<Market[]> {
    return (await this.#get<{ markets: Market[] }>('markets', {}, signal)).markets
  }

  snapshot(market: string, interval: string, before: UnixMs | undefined, signal: AbortSignal): Promise<Snapshot> {
    return this.#get('signals/snapshot', { market, interval, ...(before === undefined ? {} : { before }) }, signal)
  }

  /** All events of bars that open at `from` or later, newest first. */
  async events(market: string, interval: string, from: UnixMs, signal: AbortSignal): Promise<ServerEvent[]> {
    const all: ServerEvent[] = []
    let cursor: string | null = null
    do {
      const query: Record<string, string | number> = {
        market,
        interval,
        from,
        limit: page,
        ...(cursor ? { cursor } : {}),
      }
      const got: { events: ServerEvent[]; cursor: string | null } = await this.#get('signals/events', query, signal)
      all.push(...got.events)
      cursor = got.cursor
    } while (cursor)
    return all
  }

  async #get<T>(path: string, query: Record<string, string | number>, signal: AbortSignal): Promise<T> {
    const url = new URL(path, this.#base)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    const response = await fetch(url, { signal, headers: { accept: 'application/json' } }).catch((cause: unknown) => {
      if (signal.aborted) throw cause
      throw new Error('The server cannot be reached.', { cause })
    })
    if (response.ok) return (await response.json()) as T // held to its shape by the server's own tests
    const problem = (await response.json().catch(() => ({}))) as Problem
    throw new Error(problem.detail ?? problem.title ?? `The server answered ${response.status} to ${path}.`)
  }
}
