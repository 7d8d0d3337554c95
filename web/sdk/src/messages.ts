// The messages of /api/v1/ws, subprotocol quantum.v1.json, as the server writes
// them: snake_case, times in Unix milliseconds UTC, an absent reading null.

/** Unix milliseconds, UTC. A bar's open time is the bar's identity. */
export type UnixMs = number

export type Side = 'bull' | 'bear' | 'none'

/** A channel's name; `<series>` is `source:SYMBOL:interval`, as in `binance:BTCUSDT:1h`. */
export type Channel =
  | `signals:${string}` // committed events of both engines
  | `bars:${string}` // closed bars
  | `forming:${string}` // the forming bar with the server's peeked readings, last value
  | `alerts:${string}`
  | 'markets' // states of the markets, last value

/** Place in a channel: the last message seen. `seq` counts 1, 2, 3 … within an `epoch`. */
export interface Position {
  epoch: string
  seq: number
  /** Id of that message: the event's id, or the bar's open time. Lets the server prove that nothing was lost. */
  last?: string
}

/** A pivot of an oscillator: its bar, the oscillator's level and the price there. */
export interface PivotData {
  open_time: UnixMs
  level: number
  price: number
}

/** A level of a volume profile, and the open time of the first bar of the session it comes from. */
export interface LevelData {
  price: number
  session: UnixMs
}

/** What an event carries beyond its price: a divergence its previous and latest pivot, a volume event its levels. */
export interface EventData {
  pivots?: PivotData[]
  levels?: LevelData[]
  [more: string]: unknown
}

export interface EventMessage {
  t: 'event'
  ch: Channel
  epoch: string
  seq: number
  id: string
  /** As in `cipher.buy`. */
  kind: string
  side: Side
  open_time: UnixMs
  /** Close of the bar at which it was known. */
  known_at: UnixMs
  ts?: { bar_close?: UnixMs; committed?: UnixMs; sent?: UnixMs }
  price: number
  data?: EventData
}

/** A candle with its bar's open time: prices in quote currency, volume in base units. */
export interface BarFields {
  open_time: UnixMs
  open: number
  high: number
  low: number
  close: number
  volume: number
}

export interface BarMessage extends BarFields {
  t: 'bar'
  ch: Channel
  epoch: string
  /** Its place in the channel; of a bar that corrects another, that one's. */
  seq: number
  /**
   * The source gives the bar of this `seq` these values now. What was committed stays as it was, events and all: the
   * message is no part of the sequence, and comes once to those who listen then.
   */
  corrects?: number
}

export interface FormingMessage extends BarFields {
  t: 'forming'
  ch: Channel
  epoch?: string
  seq: number
  /** First message this one stands for; `seq` if absent. */
  from?: number
  readings?: Record<string, number | null>
}

/** State of the channel as of `seq`. */
export interface SnapMessage {
  t: 'snap'
  ch: Channel
  epoch: string
  seq: number
  data: unknown
}

/**
 * Messages `from` to `to` cannot be had any more; the channel goes on with `next`. Before a bar that does not follow the
 * last one in time, because the `source` had none between, no number is missing: `from` is `next`.
 */
export interface GapMessage {
  t: 'gap'
  ch: Channel
  epoch: string
  from: number
  to: number
  why: 'window' | 'epoch' | 'slow' | 'source' | (string & {})
  next: number
}

/** How a market's feed is doing. */
export type MarketState = 'live' | 'lagging' | 'stale' | 'gap'

/** All markets, `source:SYMBOL`, with their states. */
export interface MarketsMessage {
  t: 'markets'
  ch: Channel
  epoch: string
  seq: number
  /** First message this one stands for; `seq` if absent. */
  from?: number
  states: Record<string, MarketState>
}

/** What an alert said. */
export interface AlertMessage {
  t: 'alert'
  ch: Channel
  epoch: string
  seq: number
  id: string
  [more: string]: unknown
}

/** What the handler of a channel gets. */
export type Message<C extends Channel = Channel> =
  | (C extends `signals:${string}`
      ? EventMessage
      : C extends `bars:${string}`
        ? BarMessage
        : C extends `forming:${string}`
          ? FormingMessage
          : C extends `alerts:${string}`
            ? AlertMessage
            : MarketsMessage)
  | SnapMessage
  | GapMessage

export interface WelcomeMessage {
  t: 'welcome'
  v: number
  now: UnixMs
  /** Seconds between heartbeats. */
  hb: number
  engine: string
  limits: Record<string, number>
}

export interface OkMessage {
  t: 'ok'
  id: string
  ch?: Channel
  epoch?: string
  seq?: number
  resumed?: boolean
  replay?: number
}

export interface HeartbeatMessage {
  t: 'hb'
  now: UnixMs
  heads?: Partial<Record<Channel, number>>
  lag_ms?: number
}

export interface DrainMessage {
  t: 'drain'
  in: number
  jitter: number
}

export interface ErrMessage {
  t: 'err'
  id?: string
  code: string
  status: number
  msg: string
  retry: boolean
}

export type ServerMessage =
  | WelcomeMessage
  | OkMessage
  | EventMessage
  | BarMessage
  | FormingMessage
  | SnapMessage
  | GapMessage
  | HeartbeatMessage
  | DrainMessage
  | ErrMessage
  | AlertMessage
  | MarketsMessage
