// What the page and its worker say to each other. The worker fetches, listens,
// computes and compares; the page draws.

import type { BarFields, LevelData, PivotData, Side, UnixMs } from '@quantum-signals/sdk/live'

export type { BarFields, LevelData, PivotData, Side }

export type Ask =
  /** `serial` counts the page's openings: what the worker says of one carries its number. */
  | { type: 'open'; market: string; interval: string; serial: number }
  /** The bars now in view, both ends included: their volume profile is wanted. */
  | { type: 'view'; from: UnixMs; to: UnixMs; rows: number }
  | { type: 'retry' }

/** What the worker says, of the series opened with `serial` or, without one, of all. */
export type Told = Tell & { serial?: number }

export type Tell =
  | { type: 'markets'; markets: Market[] }
  | { type: 'engine'; engine: EngineInfo }
  | { type: 'phase'; phase: Phase }
  | { type: 'connection'; connection: Connection }
  /** A series from its first bar in the browser on; replaces everything drawn. */
  | { type: 'series'; bars: Bars; events: EngineEvent[]; forming: Forming | null }
  /** Bars that closed since, and the bar now forming. */
  | { type: 'bars'; bars: Bars; events: EngineEvent[]; forming: Forming | null }
  | { type: 'profile'; profile: Profile | null }
  | { type: 'feed'; entries: FeedEntry[]; reset: boolean }
  | { type: 'verification'; verification: Verification }

export interface Market {
  market: string
  intervals: string[]
  state: 'live' | 'lagging' | 'stale' | 'gap' | (string & {})
  last: Record<string, UnixMs>
  source_note: string
}

export interface EngineInfo {
  version: string
  /** Of the module's bytes as loaded here; empty where the page's origin gives no digests. */
  sha256: string
  /** What the server says of its own; null before it said so. */
  server: { version: string; sha256: string } | null
  readings: ReadingInfo[]
}

/** A reading as the engine's catalog describes it. */
export interface ReadingInfo {
  name: string
  unit: string
  meaning: string
}

export type Phase =
  | { name: 'loading'; step: string }
  | { name: 'ready' }
  /** There is no bar yet. */
  | { name: 'empty' }
  | { name: 'failed'; message: string }

export type Connection =
  | { name: 'connecting' }
  | { name: 'live' }
  | { name: 'waiting'; until: UnixMs }
  | { name: 'closed'; reason: string }

/** Bars and their readings as columns of one length; an absent reading is NaN. */
export interface Bars {
  open_time: Float64Array
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
  volume: Float64Array
  /** In the order of EngineInfo.readings. */
  readings: Float64Array[]
}

/** A bar still forming, with the readings it would have if it closed now. */
export interface Forming extends BarFields {
  readings: number[]
}

/** What an engine reported on a closed bar: the browser's own, or the server's as committed. */
export interface EngineEvent {
  kind: string
  side: Side
  open_time: UnixMs
  known_at: UnixMs
  price: number
  /** Of a divergence the previous pivot and the latest, of others none. */
  pivots: readonly PivotData[]
  /** Of a volume event the levels it is about, of others none. */
  levels: readonly LevelData[]
}

/** Volume at price over the bars in view. */
export interface Profile {
  from: UnixMs
  to: UnixMs
  /** Edges of the rows, ascending: one more than there are rows. */
  edges: Float64Array
  up: Float64Array
  down: Float64Array
  poc: number
  vah: number
  val: number
  total: number
}

/**
 * How the server's event compares with the browser's: `pending` until both had
 * time to speak; `outside` for what the browser does not recompute.
 */
export type Verdict = 'agree' | 'differs' | 'missing_here' | 'missing_there' | 'pending' | 'outside'

export interface FeedEntry extends EngineEvent {
  verdict: Verdict
}

export interface Verification {
  agree: number
  disagree: number
  pending: number
  /** Open time of the first bar whose events are compared. */
  since: UnixMs | null
  /** Newest first, bounded. */
  latest: FeedEntry[]
  disagreements: Disagreement[]
}

export interface Disagreement {
  verdict: 'differs' | 'missing_here' | 'missing_there'
  here: EngineEvent | null
  there: EngineEvent | null
}
