import type { Channel, Message, Position } from './messages.ts'

/** What a client does with a message of a channel. */
export type Verdict = 'deliver' | 'ignore' | 'missed'

/**
 * Place of one client in one channel. Messages of `signals`, `bars` and
 * `alerts` must come without a hole; `forming` and `markets` are last-value,
 * where newer is enough.
 */
export class Cursor {
  readonly #lossy: boolean
  #at: Position | undefined

  constructor(channel: Channel, since?: Position) {
    this.#lossy = channel.startsWith('forming:') || channel === 'markets'
    this.#at = since
  }

  /** Last message seen, or undefined before the server said where the channel is. */
  get position(): Position | undefined {
    return this.#at && { ...this.#at }
  }

  /** Forgets the place: what comes next is a fresh start. */
  reset(): void {
    this.#at = undefined
  }

  /** The server attached us at head `seq`. A resumed place stays as it is: what came after it is on the way. */
  attach(epoch: string, seq: number, resumed: boolean): void {
    if (!resumed || !this.#at) this.#at = { epoch, seq }
  }

  /** Judges one message and, if it is to be delivered, moves to it. */
  accept(message: Message): Verdict {
    const epoch = message.epoch ?? this.#at?.epoch ?? ''
    if (message.t === 'gap') {
      this.#move(epoch, message.next - 1)
      return 'deliver'
    }
    if (message.t === 'snap') {
      this.#move(epoch, message.seq)
      return 'deliver'
    }
    if (message.t === 'bar' && message.corrects !== undefined) {
      return epoch === this.#at?.epoch && message.corrects <= this.#at.seq ? 'deliver' : 'ignore' // beside the sequence
    }
    const from = (message.t !== 'alert' && 'from' in message ? message.from : undefined) ?? message.seq
    const verdict = this.#judge(epoch, from, message.seq)
    if (verdict === 'deliver') this.#at = { epoch, seq: message.seq, ...idOf(message) }
    return verdict
  }

  /** Moves to a message that was not seen. A gap of the source lacks no number: the place and its id stay. */
  #move(epoch: string, seq: number): void {
    if (this.#at?.epoch !== epoch || this.#at.seq !== seq) this.#at = { epoch, seq }
  }

  #judge(epoch: string, from: number, seq: number): Verdict {
    if (!this.#at) return 'deliver'
    if (epoch !== this.#at.epoch) return this.#lossy ? 'deliver' : 'missed'
    if (seq <= this.#at.seq) return 'ignore'
    return this.#lossy || from <= this.#at.seq + 1 ? 'deliver' : 'missed'
  }

  /** Whether a head the server names lies beyond the last message seen. */
  behind(head: number): boolean {
    return !this.#lossy && this.#at !== undefined && head > this.#at.seq
  }
}

/** The id by which the server knows a stored message again. */
function idOf(message: Message): { last: string } | object {
  if (message.t === 'event' || message.t === 'alert') return { last: String(message.id) }
  if (message.t === 'bar') return { last: String(message.open_time) }
  return {}
}
