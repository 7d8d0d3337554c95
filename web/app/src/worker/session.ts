import { intervalMs } from '@quantum-signals/sdk'
import { Live, type LiveState, type Message, type Position } from '@quantum-signals/sdk/live'
import { History } from '../history.ts'
import type { BarFields, Bars, Connection, EngineEvent, Forming, Profile, Tell } from '../protocol.ts'
import type { UnixMs } from '../time.ts'
import { type Api, fromServer, type ServerEvent, type Snapshot } from './api.ts'
import { buffers, join } from './batches.ts'
import type { Engine, SeriesEngines } from './engine.ts'
import { Verifier } from './verifier.ts'

const wanted = 2_000 // bars to load before the newest, if the series is that old
const bound = 5_000 // bars kept
const reportEvery = 250 // milliseconds between reports of events and what they compare to
const flushEvery = 50 // and between those of bars, while they pour in
const restartAfter = 1_000 // so that a server that knows only gaps is not asked in a circle

export interface SessionOptions {
  market: string
  interval: string
  /** Open time of the series' newest bar, if known. */
  last: UnixMs | undefined
  api: Api
  engine: Engine
  socket: URL
  tell: (tell: Tell, transfer?: Transferable[]) => void
  /** The series could not be loaded. */
  failed: (error: unknown) => void
}

/**
 * One series, from the server's checkpoint to the bar now forming. The engine is
 * restored from the checkpoint, fed the bars after it and then every bar that
 * closes; the live channels go on exactly where the snapshot ended. A gap in
 * them means starting over.
 */
export class Session {
  readonly #o: SessionOptions
  readonly #abort = new AbortController()
  readonly #history: History
  #engines: SeriesEngines | undefined
  #verifier = new Verifier(null, [])
  #live: Live | undefined
  #forming: BarFields | null = null
  #bars: Bars[] = [] // closed since the last report, with their events
  #events: EngineEvent[] = []
  #reporting: ReturnType<typeof setInterval> | undefined
  #flushing: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(options: SessionOptions) {
    this.#o = options
    this.#history = new History(bound, options.engine.info.readings.length)
  }

  /** Loads the series and follows it until close(). */
  async start(): Promise<void> {
    try {
      this.#loading('Fetching the checkpoint')
      this.#o.tell({ type: 'connection', connection: { name: 'connecting' } })
      await this.#load()
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#o.failed(error)
    }
  }

  close(): void {
    this.#abort.abort()
    this.#stop()
  }

  /** Volume at price of the bars from `from` to `to`, both included. */
  profile(from: UnixMs, to: UnixMs, rows: number): Profile | null {
    const first = this.#history.indexOf(from)
    const end = this.#history.indexOf(to + 1)
    return end > first ? this.#o.engine.profile(this.#history.slice(first, end), rows) : null
  }

  async #load(): Promise<void> {
    const { api, engine, market, interval, last, tell } = this.#o
    const { signal } = this.#abort
    const before = last === undefined ? undefined : Math.max(1, last - wanted * intervalMs(interval)) // 0 would mean none
    const snapshot = await api.snapshot(market, interval, before, signal)
    const since = snapshot.candles.open_time[0] ?? null
    const committed = since === null ? [] : await api.events(market, interval, since, signal)
    signal.throwIfAborted()
    tell({ type: 'engine', engine: { ...engine.info, server: sameWords(snapshot.engine) } })

    const count = snapshot.candles.open_time.length
    this.#loading(`Recomputing ${count.toLocaleString('en-US')} bars`)
    this.#engines = engine.open(interval, snapshot)
    const { bars, events } = this.#engines.nextMany(snapshot.candles)
    this.#history.clear()
    this.#history.append(bars)
    this.#forming = snapshot.forming
    this.#verifier = new Verifier(since, this.#engines.names)
    this.#verifier.here(events, this.#newest(), Date.now())
    const said = committed.map(fromServer)
    this.#verifier.there(said, Date.now())

    const shown = this.#history.slice(0, this.#history.length)
    const others = said.filter(e => !this.#verifier.compares(e.kind) && e.open_time <= this.#newest()) // shown on the server's word
    tell({ type: 'series', bars: shown, events: [...events, ...others], forming: this.#peek() }, buffers(shown))
    tell({ type: 'feed', entries: this.#verifier.take(), reset: true })
    tell({ type: 'verification', verification: this.#verifier.verification })
    tell({ type: 'phase', phase: { name: count > 0 ? 'ready' : 'empty' } })
    this.#follow(snapshot, committed)
  }

  /** Listens from where the snapshot ended. */
  #follow(snapshot: Snapshot, committed: readonly ServerEvent[]): void {
    const { market, interval, socket, failed } = this.#o
    const series = `${market}:${interval}`
    const { epoch, seq } = snapshot
    const lastBar = snapshot.candles.open_time.at(-1) ?? snapshot.last
    const lastEvent = committed.find(e => e.seq === seq.signals)?.id
    const live = new Live(socket, { client: 'page/1', onState: state => this.#entered(state), onError: failed })
    live.subscribe(`bars:${series}`, m => this.#bar(m), {
      since: position(epoch, seq.bars, lastBar === null ? undefined : String(lastBar)),
    })
    live.subscribe(`signals:${series}`, m => this.#event(m), { since: position(epoch, seq.signals, lastEvent) })
    live.subscribe(`forming:${series}`, m => this.#formed(m))
    this.#reporting = setInterval(() => {
      if (live.state.name === 'live') this.#verifier.settle(Date.now())
      this.#report()
    }, reportEvery)
    this.#live = live
    live.connect()
  }

  #stop(): void {
    this.#live?.close()
    this.#live = undefined
    this.#engines?.free()
    this.#engines = undefined
    clearInterval(this.#reporting)
    clearTimeout(this.#flushing)
    clearTimeout(this.#again)
    this.#flushing = undefined
    this.#bars = []
    this.#events = []
  }

  /** Something between the snapshot and now is lost: only a newer snapshot helps. */
  #restart(): void {
    this.#stop()
    this.#again = setTimeout(() => void this.start(), restartAfter)
  }

  /** Starts over where messages are lost. Where the source had no bars, nothing is: the server computed over the same hole. */
  #missed({ why }: { why: string }): void {
    if (why !== 'source') this.#restart()
  }

  #bar(message: Message<`bars:${string}`>): void {
    if (message.t === 'gap') return this.#missed(message)
    if (message.t !== 'bar' || message.corrects !== undefined || !this.#engines || message.open_time <= this.#newest())
      return
    const { bars, events } = this.#engines.next(message)
    this.#history.append(bars)
    this.#verifier.here(events, message.open_time, Date.now())
    this.#bars.push(bars)
    this.#events.push(...events)
    if (this.#forming && this.#forming.open_time <= message.open_time) this.#forming = null
    this.#soon()
  }

  #event(message: Message<`signals:${string}`>): void {
    if (message.t === 'gap') return this.#missed(message)
    if (message.t !== 'event') return
    const event = fromServer(message)
    this.#verifier.there([event], Date.now())
    if (this.#verifier.compares(event.kind)) return
    this.#events.push(event)
    this.#soon()
  }

  #formed(message: Message<`forming:${string}`>): void {
    if (message.t !== 'forming' || message.open_time <= this.#newest()) return
    this.#forming = message
    this.#soon()
  }

  /** The forming bar as it stands, after all bars closed so far: it may have come before some of them. */
  #peek(): Forming | null {
    if (!this.#forming || !this.#engines) return null
    const { open_time, open, high, low, close, volume } = this.#forming
    const bar = { open_time, open, high, low, close, volume }
    return { ...bar, readings: this.#engines.peek(bar) }
  }

  #newest(): UnixMs {
    return this.#history.bars.open_time[this.#history.length - 1] ?? Number.NEGATIVE_INFINITY
  }

  #loading(step: string): void {
    this.#o.tell({ type: 'phase', phase: { name: 'loading', step } })
  }

  #entered(state: LiveState): void {
    if (state.name === 'live') this.#verifier.extend(Date.now())
    const connection = connectionOf(state)
    if (connection) this.#o.tell({ type: 'connection', connection })
  }

  #soon(): void {
    this.#flushing ??= setTimeout(() => this.#flush(), flushEvery)
  }

  #flush(): void {
    this.#flushing = undefined
    const first = this.#history.length === this.#bars.length && this.#bars.length > 0
    const bars = join(this.#bars.splice(0), this.#o.engine.info.readings.length)
    const events = this.#events.filter(e => e.open_time <= this.#newest())
    this.#events = this.#events.filter(e => e.open_time > this.#newest()) // their bar is on its way
    this.#o.tell({ type: 'bars', bars, events, forming: this.#peek() }, buffers(bars))
    if (first) this.#o.tell({ type: 'phase', phase: { name: 'ready' } })
  }

  #report(): void {
    const entries = this.#verifier.take()
    if (entries.length === 0) return
    this.#o.tell({ type: 'feed', entries, reset: false })
    this.#o.tell({ type: 'verification', verification: this.#verifier.verification })
  }
}

function sameWords({ version, wasm_sha256 }: Snapshot['engine']): { version: string; sha256: string } {
  return { version, sha256: wasm_sha256 }
}

function position(epoch: string, seq: number, last: string | undefined): Position {
  return last === undefined ? { epoch, seq } : { epoch, seq, last }
}

function connectionOf(state: LiveState): Connection | undefined {
  switch (state.name) {
    case 'idle':
      return undefined
    case 'connecting':
    case 'live':
      return { name: state.name }
    case 'waiting':
      return { name: 'waiting', until: state.until }
    case 'closed':
      return { name: 'closed', reason: state.reason }
  }
}
