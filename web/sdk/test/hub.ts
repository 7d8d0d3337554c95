import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** What a client sent. */
export interface Operation {
  op: string
  id: string
  ch?: string
  since?: { epoch: string; seq: number; last?: string }
  snap?: boolean
  list?: Operation[]
  [more: string]: unknown
}

interface Stored {
  seq: number
  id: string
  line: string
}

/** A small real server of quantum.v1.json: stored channels, resume, gaps, and the faults tests ask for. */
export class Hub {
  epoch = 'e1'
  /** Everything clients sent, in order; `subs` lists laid open. */
  readonly operations: Operation[] = []
  /** Connections so far. */
  connections = 0
  /** Answer nothing: neither welcome nor ok. */
  mute = false
  /** Channels to refuse, with the `err` to send. */
  readonly refuse = new Map<string, { code: string; status: number; msg: string; retry: boolean }>()
  readonly #server: WebSocketServer
  readonly #streams = new Map<string, Stored[]>()
  readonly #attached = new Map<WebSocket, Set<string>>()

  private constructor(server: WebSocketServer) {
    this.#server = server
    server.on('connection', socket => this.#serve(socket))
  }

  static async listen(): Promise<Hub> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      handleProtocols: offered => [...offered][0] ?? false,
    })
    await new Promise(done => server.once('listening', done))
    return new Hub(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v1/ws`
  }

  subs(): Operation[] {
    return this.operations.filter(o => o.op === 'sub')
  }

  /** Stores a message, and sends it to the channel's clients unless it is to get lost. */
  publish(ch: string, fields: Record<string, unknown>, { lose = false } = {}): void {
    const stream = this.#stream(ch)
    const seq = stream.length + 1
    const id = String(fields.id ?? fields.open_time)
    const line = JSON.stringify({ ch, epoch: this.epoch, seq, ...fields })
    stream.push({ seq, id, line })
    if (!lose) this.tell(ch, line)
  }

  /** Sends lines as one frame to the clients of a channel, storing nothing. */
  tell(ch: string, ...lines: string[]): void {
    for (const [socket, channels] of this.#attached) if (channels.has(ch)) socket.send(lines.join('\n'))
  }

  /** Sends one message to every client. */
  tellAll(message: object): void {
    for (const socket of this.#attached.keys()) socket.send(JSON.stringify(message))
  }

  /** Forgets a channel's messages, as a Redis that came back empty. */
  empty(ch: string): void {
    this.#streams.delete(ch)
  }

  /** Closes every connection: with a code, or without a word. */
  cut(code?: number): void {
    for (const socket of this.#attached.keys()) {
      if (code === undefined) socket.terminate()
      else socket.close(code)
    }
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise(done => this.#server.close(done))
  }

  #stream(ch: string): Stored[] {
    const stream = this.#streams.get(ch) ?? []
    this.#streams.set(ch, stream)
    return stream
  }

  #serve(socket: WebSocket): void {
    this.connections++
    this.#attached.set(socket, new Set())
    socket.on('close', () => this.#attached.delete(socket))
    socket.on('message', data => {
      const operation = JSON.parse(String(data)) as Operation
      for (const one of operation.op === 'subs' ? (operation.list ?? []) : [operation]) this.#answer(socket, one)
    })
  }

  #answer(socket: WebSocket, operation: Operation): void {
    this.operations.push(operation)
    if (this.mute) return
    const say = (message: object) => socket.send(JSON.stringify(message))
    const { op, id, ch } = operation
    if (op === 'hello') say({ t: 'welcome', v: 1, now: Date.now(), hb: 5, engine: 'test', limits: {} })
    if (op === 'unsub' && ch) this.#attached.get(socket)?.delete(ch)
    if (op !== 'sub' || !ch) return
    const no = this.refuse.get(ch)
    if (no) {
      say({ t: 'err', id, ...no })
      return
    }
    this.#attached.get(socket)?.add(ch)
    this.#attach(say, operation, ch)
  }

  #attach(say: (message: object) => void, { id, since, snap }: Operation, ch: string): void {
    const stream = this.#stream(ch)
    const seq = stream.length
    const at = since && stream[since.seq - 1]
    const known =
      since && since.epoch === this.epoch && (since.seq === 0 || (at && (!since.last || at.id === since.last)))
    const replay = known ? stream.slice(since.seq) : []
    say({ t: 'ok', id, ch, epoch: this.epoch, seq, resumed: known ?? false, replay: replay.length })
    if (since && !known) {
      say({ t: 'gap', ch, epoch: this.epoch, from: since.seq + 1, to: seq, why: 'epoch', next: seq + 1 })
    }
    if (snap || (since && !known)) say({ t: 'snap', ch, epoch: this.epoch, seq, data: { head: seq } })
    for (const message of replay) say(JSON.parse(message.line))
  }
}
