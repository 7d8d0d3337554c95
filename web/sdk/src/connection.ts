import type { ServerMessage, UnixMs, WelcomeMessage } from './messages.ts'
import { afterClose, type Backoff, wait } from './reconnect.ts'

const subprotocol = 'quantum.v1.json'
const pingAfter = 5_000 // the server closes a client it does not hear for 15 s
const stableAfter = 10_000 // a connection that lived this long starts the backoff anew
const open = 1 // WebSocket.OPEN

/** The part of the standard WebSocket that is used; the `ws` package fits. */
export interface Socket {
  readonly readyState: number
  send(text: string): void
  close(code?: number, reason?: string): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: ((event: never) => void) | null
}

export type SocketConstructor = new (url: string, protocols: string | string[]) => Socket

/** Where the connection stands. */
export type LiveState =
  | { name: 'idle' }
  | { name: 'connecting'; attempt: number }
  | { name: 'live'; welcome: WelcomeMessage }
  /** Closed with `code`; the next attempt is due at `until`. */
  | { name: 'waiting'; attempt: number; until: UnixMs; code: number; reason: string }
  /** Over: by close(), or by a close code after which one does not come back. */
  | { name: 'closed'; code: number; reason: string }

export interface ConnectionOptions {
  /** Key with the scope `read`, where the server asks for one. Sent in `hello`, never in the URL. */
  token?: string
  /** Who connects, for the server's log. Default `sdk/1`. */
  client?: string
  /** Constructor to use. Default: the global one (browsers, workers, Node 22, Deno, Bun). */
  WebSocket?: SocketConstructor
  /** Milliseconds without a frame after which the connection counts as dead. Default 12 000. */
  silence?: number
  /** Waits between attempts, with full jitter. Default 500 ms doubling to 30 000 ms. */
  backoff?: Backoff
  /** Source of jitter in [0, 1). Default Math.random. */
  random?: () => number
}

/** Who owns a Connection. */
export interface ConnectionOwner {
  state(state: LiveState): void
  message(message: ServerMessage): void
  /** The server lost its epoch: positions held are worth nothing. */
  epochLost(): void
}

/**
 * One WebSocket that is kept open: it says hello, answers heartbeats, gives up a
 * silent socket, comes back after those close codes after which one does, with
 * backoff, and moves when the server drains.
 */
export class Connection {
  readonly #url: string
  readonly #Socket: SocketConstructor
  #hello: { client: string; token?: string }
  readonly #silence: number
  readonly #backoff: Backoff
  readonly #random: () => number
  readonly #owner: ConnectionOwner
  #state: LiveState = { name: 'idle' }
  #socket: Socket | undefined
  #attempt = 0
  #nextId = 1
  #heard = 0 // when the last frame came, when the last one went, and when the server welcomed us
  #sent = 0
  #welcomed = 0
  #timer: ReturnType<typeof setTimeout> | undefined // the next attempt, or the planned move after `drain`
  #watch: ReturnType<typeof setInterval> | undefined

  constructor(url: string, Socket: SocketConstructor, options: ConnectionOptions, owner: ConnectionOwner) {
    this.#url = url.replace(/^http/, 'ws')
    this.#Socket = Socket
    const { token, client = 'sdk/1' } = options
    this.#hello = token === undefined ? { client } : { client, token }
    this.#silence = options.silence ?? 12_000
    this.#backoff = options.backoff ?? { first: 500, max: 30_000 }
    this.#random = options.random ?? Math.random
    this.#owner = owner
  }

  get state(): LiveState {
    return this.#state
  }

  /** A name for one more operation. */
  id(): string {
    return String(this.#nextId++)
  }

  connect(): void {
    if (this.#state.name !== 'idle' && this.#state.name !== 'closed') return
    this.#attempt = 0
    this.#open()
  }

  close(): void {
    if (this.#state.name === 'closed') return
    this.#drop(1000, 'closed by the client')
    this.#enter({ name: 'closed', code: 1000, reason: 'closed by the client' })
  }

  /** Sends an operation; it is dropped where the socket is not open, as all is asked again after a reconnect. */
  send(operation: Record<string, unknown>): void {
    if (this.#socket?.readyState !== open) return
    this.#socket.send(JSON.stringify(operation))
    this.#sent = Date.now()
  }

  /** Goes on with another token, now and after every reconnect. */
  authorize(token: string): void {
    this.#hello = { ...this.#hello, token }
    if (this.#state.name === 'live') this.send({ op: 'auth', id: this.id(), token })
  }

  /** Milliseconds to wait before trying a refused operation again. */
  pause(): number {
    return wait(1, this.#backoff, this.#random)
  }

  #enter(state: LiveState): void {
    this.#state = state
    this.#owner.state(state)
  }

  #open(): void {
    clearTimeout(this.#timer)
    this.#heard = Date.now()
    this.#welcomed = 0
    const socket = new this.#Socket(this.#url, subprotocol)
    this.#socket = socket
    socket.onopen = () => {
      if (socket === this.#socket) this.send({ op: 'hello', id: this.id(), join: true, ...this.#hello })
    }
    socket.onmessage = ({ data }) => this.#frame(socket, String(data))
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#closed(code || 1006, reason) // Deno says 0 of a connection that broke
    }
    socket.onerror = () => {} // a close event follows
    clearInterval(this.#watch)
    this.#watch = setInterval(() => this.#listen(), Math.min(1_000, this.#silence / 4))
    this.#enter({ name: 'connecting', attempt: this.#attempt })
  }

  #frame(socket: Socket, text: string): void {
    for (const line of text.split('\n')) {
      if (socket !== this.#socket) return // we left, perhaps because of the line before
      this.#heard = Date.now()
      if (line !== '') this.#take(JSON.parse(line) as ServerMessage) // the server's word
    }
    if (Date.now() - this.#sent >= pingAfter) this.send({ op: 'ping', id: this.id() })
  }

  #take(message: ServerMessage): void {
    if (message.t === 'welcome') {
      this.#welcomed = Date.now()
      this.#enter({ name: 'live', welcome: message })
    } else if (message.t === 'drain') {
      this.#move(message.in, message.jitter)
    } else {
      this.#owner.message(message)
    }
  }

  /** Gives up a connection that has gone silent: its own close event may come late or never. */
  #listen(): void {
    if (Date.now() - this.#heard >= this.#silence) this.#closed(1006, `nothing heard for ${this.#silence} ms`)
  }

  /** Leaves a server that is about to stop at a moment of our own, so that not all its clients move at once. */
  #move(within: number, jitter: number): void {
    clearTimeout(this.#timer)
    const due = Math.min(within, this.#random() * jitter)
    this.#timer = setTimeout(() => {
      this.#drop(1000, 'drain')
      this.#open()
    }, due)
  }

  #closed(code: number, reason: string): void {
    this.#drop(1000, '')
    const next = afterClose(code)
    if (next === 'stop') {
      this.#enter({ name: 'closed', code, reason })
      return
    }
    if (next === 'start_over') this.#owner.epochLost()
    if (this.#welcomed && Date.now() - this.#welcomed >= stableAfter) this.#attempt = 0
    const due = wait(this.#attempt, this.#backoff, this.#random)
    this.#attempt++
    this.#timer = setTimeout(() => this.#open(), due)
    this.#enter({ name: 'waiting', attempt: this.#attempt, until: Date.now() + due, code, reason })
  }

  #drop(code: number, reason: string): void {
    clearTimeout(this.#timer)
    clearInterval(this.#watch)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(code, reason)
  }
}
