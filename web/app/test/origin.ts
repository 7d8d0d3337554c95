import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Candle, type CipherStream, Quantum, type VolumeStream } from '@quantum-signals/sdk'
import { type WebSocket, WebSocketServer } from 'ws'
import type { EngineEvent } from '../src/protocol.ts'

export const market = 'test:AB'
export const interval = '1m'
const series = `${market}:${interval}`
const epoch = 'e1'
const checkpointEvery = 64

interface Entry {
  id: string
  line: string
}

/** An event as the server writes it. */
interface Committed extends Omit<EngineEvent, 'pivots' | 'levels'> {
  id: string
  seq: number
  data?: Partial<Pick<EngineEvent, 'pivots' | 'levels'>>
}

/** A small real origin of one series: it computes, keeps checkpoints, and speaks the API and the WebSocket. */
export class Origin {
  readonly bars: Candle[] = []
  readonly events: Committed[] = []
  /** Paths of the requests so far. */
  readonly requests: string[] = []
  /** Its checkpoints are old ones: without the volume engine. */
  old = false
  /** Changes an event before it is committed; undefined keeps it back. */
  tamper: (event: EngineEvent) => EngineEvent | undefined = event => event
  readonly #cipher: CipherStream
  readonly #volume: VolumeStream
  readonly #sha256: string
  readonly #checkpoints: { last: number; cipher: string; volume: string }[] = []
  readonly #channels = new Map<string, Entry[]>()
  readonly #clients = new Map<WebSocket, Set<string>>()
  readonly #server: Server
  #time = Date.UTC(2024, 0, 1)
  #noise = 1

  private constructor(quantum: Quantum) {
    this.#cipher = quantum.cipherStream({ interval })
    this.#volume = quantum.volumeStream({ interval, range: { kind: 'session' } })
    this.#sha256 = quantum.sha256 ?? ''
    this.#server = createServer((request, response) =>
      this.#answer(new URL(request.url ?? '', 'http://origin'), response),
    )
    const sockets = new WebSocketServer({ server: this.#server, handleProtocols: offered => [...offered][0] ?? false })
    sockets.on('connection', socket => this.#serve(socket))
  }

  static async listen(bars: number): Promise<Origin> {
    const origin = new Origin(await Quantum.load())
    for (let i = 0; i < bars; i++) origin.close()
    await new Promise<void>(done => origin.#server.listen(0, '127.0.0.1', done))
    return origin
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Closes one more bar: commits it and its events, and sends them. */
  close(): Candle {
    const bar = this.#next()
    this.#cipher.next(bar)
    this.#volume.next(bar)
    this.bars.push(bar)
    this.#put('bars', String(bar.open_time), { t: 'bar', ...bar })
    for (const found of this.#found()) {
      const event = this.tamper(found)
      if (!event) continue
      const { pivots, levels, ...rest } = event
      const data = pivots.length > 0 ? { data: { pivots } } : levels.length > 0 ? { data: { levels } } : {}
      const body = { id: `e_${this.events.length}`, ...rest, ...data }
      const seq = this.#put('signals', body.id, { t: 'event', ...body })
      this.events.push({ ...body, seq })
    }
    if (this.bars.length % checkpointEvery === 0) {
      const saved = (stream: CipherStream | VolumeStream) => Buffer.from(stream.snapshot()).toString('base64')
      this.#checkpoints.push({ last: bar.open_time, cipher: saved(this.#cipher), volume: saved(this.#volume) })
    }
    return bar
  }

  /** Sends the next bar as it forms, without closing it. */
  form(): Candle {
    const noise = this.#noise
    const time = this.#time
    const bar = this.#next()
    this.#noise = noise
    this.#time = time
    this.#put('forming', '', { t: 'forming', ...bar })
    return bar
  }

  /** Tells every client of a channel that it missed something for good. */
  gap(channel: 'bars' | 'signals', why: 'window' | 'source' = 'window'): void {
    const next = this.#channel(channel).length + 1
    const from = why === 'source' ? next : 1 // the source had no bars there: no number is missing
    this.#send(channel, JSON.stringify({ t: 'gap', ch: `${channel}:${series}`, epoch, from, to: next - 1, why, next }))
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#clients.keys()) socket.terminate()
  }

  async stop(): Promise<void> {
    this.cut()
    this.#server.closeAllConnections()
    await new Promise(done => this.#server.close(done))
  }

  /** Events of the bar committed last, the cipher's first. */
  #found(): EngineEvent[] {
    return [
      ...this.#cipher.events().map(e => ({ ...e, levels: [] })),
      ...this.#volume.events().map(({ levels, ...e }) => ({
        ...e,
        pivots: [],
        levels: levels.map(({ price, start }) => ({ price, session: start })),
      })),
    ]
  }

  /** A bar of a walk that is the same in every run, in whole cents. */
  #next(): Candle {
    const step = (below: number) => {
      this.#noise = (this.#noise * 48271) % 2147483647
      return this.#noise % below
    }
    const last = Math.round((this.bars.at(-1)?.close ?? 400) * 100)
    const open = last + step(21) - 10
    const close = open + step(121) - 60
    const high = Math.max(open, close) + step(30)
    const low = Math.min(open, close) - step(30)
    const open_time = this.#time
    this.#time += 60_000
    return { open_time, open: open / 100, high: high / 100, low: low / 100, close: close / 100, volume: step(900) / 10 }
  }

  #channel(name: string): Entry[] {
    const channel = this.#channels.get(name) ?? []
    this.#channels.set(name, channel)
    return channel
  }

  #put(name: string, id: string, body: object): number {
    const channel = this.#channel(name)
    const seq = channel.length + 1
    const line = JSON.stringify({ ch: `${name}:${series}`, epoch, seq, ...body })
    channel.push({ id, line })
    this.#send(name, line)
    return seq
  }

  #send(name: string, line: string): void {
    for (const [socket, held] of this.#clients) if (held.has(name)) socket.send(line)
  }

  #answer(url: URL, response: ServerResponse): void {
    this.requests.push(url.pathname)
    const reply = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (url.searchParams.get('market') !== market) reply(404, { detail: `no market ${url.searchParams.get('market')}` })
    else if (url.pathname.endsWith('/snapshot')) reply(200, this.#snapshot(Number(url.searchParams.get('before') ?? 0)))
    else
      reply(200, this.#page(Number(url.searchParams.get('from')), Number(url.searchParams.get('cursor') ?? Infinity)))
  }

  #snapshot(before: number): object {
    const checkpoint = this.#checkpoints.findLast(c => before === 0 || c.last < before)
    const bars = this.bars.filter(b => b.open_time > (checkpoint?.last ?? 0))
    const column = (name: keyof Candle) => bars.map(b => b[name])
    return {
      market,
      interval,
      engine: { version: '1.0.0', wasm_sha256: this.#sha256 },
      epoch,
      preset: 'quantum',
      snapshot: checkpoint?.cipher ?? null,
      volume_snapshot: (this.old ? null : checkpoint?.volume) ?? null,
      last: checkpoint?.last ?? null,
      candles: {
        open_time: column('open_time'),
        open: column('open'),
        high: column('high'),
        low: column('low'),
        close: column('close'),
        volume: column('volume'),
      },
      seq: { bars: this.#channel('bars').length, signals: this.#channel('signals').length },
      forming: null,
    }
  }

  #page(from: number, before: number): object {
    const all = this.events.filter(e => e.open_time >= from && e.seq < before).reverse()
    const events = all.slice(0, 50)
    return { events, cursor: all.length > 50 ? String(events.at(-1)?.seq) : null }
  }

  #serve(socket: WebSocket): void {
    const held = new Set<string>()
    this.#clients.set(socket, held)
    socket.on('close', () => this.#clients.delete(socket))
    socket.on('message', data => {
      const { op, id, list = [] } = JSON.parse(String(data))
      if (op === 'hello')
        socket.send(JSON.stringify({ t: 'welcome', v: 1, now: 0, hb: 5, engine: '1.0.0', limits: {} }))
      if (op === 'ping') socket.send(JSON.stringify({ t: 'ok', id }))
      for (const { id, ch, since } of list) {
        const name = String(ch).split(':')[0]!
        const channel = this.#channel(name)
        held.add(name)
        const known = since && (since.seq === 0 || !since.last || channel[since.seq - 1]?.id === since.last)
        socket.send(JSON.stringify({ t: 'ok', id, ch, epoch, seq: channel.length, resumed: known ?? false }))
        if (known) for (const entry of channel.slice(since.seq)) socket.send(entry.line)
      }
    })
  }
}
