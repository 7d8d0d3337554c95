/// <reference lib="esnext.disposable" preserve="true" />
import { Connection, type ConnectionOptions, type LiveState, type SocketConstructor } from './connection.ts'
import { Cursor } from './cursor.ts'
import type { Channel, ErrMessage, HeartbeatMessage, Message, OkMessage, Position, ServerMessage } from './messages.ts'

export type { LiveState, Socket, SocketConstructor } from './connection.ts'
export type * from './messages.ts'
export type { Backoff } from './reconnect.ts'

const subsAtOnce = 100 // the server takes no longer list

/** What the server, or this host, refused. */
export class LiveError extends Error {
  override readonly name = 'LiveError'
  /** Stable, as in the HTTP API's problems. */
  readonly code: string
  readonly channel: Channel | undefined

  constructor(message: string, code: string, channel?: Channel) {
    super(message)
    this.code = code
    this.channel = channel
  }
}

export interface LiveOptions extends ConnectionOptions {
  onState?: (state: LiveState) => void
  onHeartbeat?: (heartbeat: HeartbeatMessage) => void
  /** Refusals that belong to no `onError` of a subscription. */
  onError?: (error: LiveError) => void
}

export interface SubscribeOptions {
  /** Go on after this message instead of from now. */
  since?: Position
  /** Ask for the channel's state before its messages. */
  snap?: boolean
  /** The server refused the channel; it is not asked for again. */
  onError?: (error: LiveError) => void
}

/** One channel of a Live. */
export interface Subscription {
  readonly channel: Channel
  /** The last message delivered; where a later `since` may go on. */
  readonly position: Position | undefined
  unsubscribe(): void
  [Symbol.dispose](): void
}

interface Entry {
  channel: Channel
  cursor: Cursor
  snap: boolean
  asked: string | undefined // id of the `sub` not answered yet: until then none of its messages is taken
  retry: ReturnType<typeof setTimeout> | undefined
  deliver: (message: Message) => void
  onError: ((error: LiveError) => void) | undefined
}

/**
 * Client of /api/v1/ws. Every subscribed channel delivers each message once and
 * in order; where some cannot be had any more, a `gap` message stands in their
 * place, before anything newer. It reconnects by itself and resumes each channel
 * after the last message delivered.
 *
 * Handlers are called one message at a time; one that throws does not stop the
 * rest, its error is reported as uncaught.
 */
export class Live {
  readonly #options: LiveOptions
  readonly #entries = new Map<Channel, Entry>()
  readonly #connection: Connection

  /**
   * @param url of the endpoint: ws, wss, http or https.
   * @throws {LiveError} `unsupported` where there is no WebSocket constructor.
   */
  constructor(url: string | URL, options: LiveOptions = {}) {
    // The standard constructor does more than Socket asks for; only its event types are narrower.
    const Socket = options.WebSocket ?? (globalThis.WebSocket as unknown as SocketConstructor | undefined)
    if (!Socket) throw new LiveError('no WebSocket here: pass one in options.WebSocket', 'unsupported')
    this.#options = options
    this.#connection = new Connection(String(url), Socket, options, {
      state: state => this.#entered(state),
      message: message => this.#take(message),
      epochLost: () => {
        for (const entry of this.#entries.values()) entry.cursor.reset()
      },
    })
  }

  get state(): LiveState {
    return this.#connection.state
  }

  /** Connects, and stays connected until close(). Does nothing where it is already. */
  connect(): void {
    this.#connection.connect()
  }

  /** Leaves for good; a later connect() asks for the same channels, each after its position. */
  close(): void {
    this.#connection.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Goes on with another token: before the old one ends, or after close code 4500 and before connect(). */
  authorize(token: string): void {
    this.#connection.authorize(token)
  }

  /**
   * Asks for a channel, now and after every reconnect.
   * @throws {LiveError} `duplicate` where the channel is subscribed already.
   */
  subscribe<C extends Channel>(
    channel: C,
    handler: (message: Message<C>) => void,
    options: SubscribeOptions = {},
  ): Subscription {
    if (this.#entries.has(channel)) throw new LiveError(`${channel} is subscribed already`, 'duplicate', channel)
    const entry: Entry = {
      channel,
      cursor: new Cursor(channel, options.since),
      snap: options.snap ?? false,
      asked: undefined,
      retry: undefined,
      deliver: handler as (message: Message) => void, // the server sends a channel only messages of its kind
      onError: options.onError,
    }
    this.#entries.set(channel, entry)
    if (this.state.name === 'live') this.#ask([entry])
    const unsubscribe = () => this.#unsubscribe(entry)
    return {
      channel,
      get position() {
        return entry.cursor.position
      },
      unsubscribe,
      [Symbol.dispose]: unsubscribe,
    }
  }

  #unsubscribe(entry: Entry): void {
    if (this.#entries.get(entry.channel) !== entry) return
    this.#forget(entry)
    if (this.state.name === 'live') {
      this.#connection.send({ op: 'unsub', id: this.#connection.id(), ch: entry.channel })
    }
  }

  #forget(entry: Entry): void {
    clearTimeout(entry.retry)
    this.#entries.delete(entry.channel)
  }

  #entered(state: LiveState): void {
    for (const entry of this.#entries.values()) clearTimeout(entry.retry)
    this.#options.onState?.(state)
    if (state.name === 'live') this.#ask([...this.#entries.values()])
  }

  /** Sends `sub` for each: after its position where it has one, from now on otherwise. */
  #ask(entries: Entry[]): void {
    const list = entries.map(entry => {
      const since = entry.cursor.position
      entry.asked = this.#connection.id()
      const from = since ? { since } : entry.snap ? { snap: true } : {}
      return { op: 'sub', id: entry.asked, ch: entry.channel, ...from }
    })
    for (let i = 0; i < list.length; i += subsAtOnce) {
      this.#connection.send({ op: 'subs', id: this.#connection.id(), list: list.slice(i, i + subsAtOnce) })
    }
  }

  #take(message: ServerMessage): void {
    switch (message.t) {
      case 'ok':
        this.#attached(message)
        break
      case 'err':
        this.#refused(message)
        break
      case 'hb':
        this.#heartbeat(message)
        break
      case 'welcome':
      case 'drain':
        break // the connection's own
      default:
        this.#deliver(message) // a type of a later version ends here too: no channel of ours
    }
  }

  #attached({ id, ch, epoch, seq, resumed }: OkMessage): void {
    const entry = ch && this.#entries.get(ch)
    if (!entry || entry.asked !== id) return
    entry.asked = undefined
    if (epoch !== undefined && seq !== undefined) entry.cursor.attach(epoch, seq, resumed ?? false)
  }

  #refused({ id, code, msg, retry }: ErrMessage): void {
    const entry = id === undefined ? undefined : [...this.#entries.values()].find(e => e.asked === id)
    if (entry && retry) {
      entry.retry = setTimeout(() => this.#ask([entry]), this.#connection.pause())
      return
    }
    if (entry) this.#forget(entry)
    const tell = entry?.onError ?? this.#options.onError
    tell?.(new LiveError(msg, code, entry?.channel))
  }

  /** A head beyond what came means that something was lost on the way without a trace. */
  #heartbeat(heartbeat: HeartbeatMessage): void {
    this.#options.onHeartbeat?.(heartbeat)
    const heads = heartbeat.heads ?? {}
    const behind = [...this.#entries.values()].filter(e => !e.asked && e.cursor.behind(heads[e.channel] ?? 0))
    if (behind.length > 0) this.#ask(behind)
  }

  #deliver(message: Message): void {
    const entry = this.#entries.get(message.ch)
    if (!entry || entry.asked) return
    const verdict = entry.cursor.accept(message)
    if (verdict === 'missed') this.#ask([entry])
    if (verdict !== 'deliver') return
    try {
      entry.deliver(message)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
