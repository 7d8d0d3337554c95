import type { Ask } from './protocol.ts'
import type { UnixMs } from './time.ts'

const rows = 72 // of a profile: about one every six pixels of the price pane

/**
 * Asks the worker for the profile of what is in view: one question at a time,
 * always the latest, however fast the view moves.
 */
export class ProfileAsker {
  readonly #ask: (ask: Ask) => void
  #waiting = false
  #asked = ''
  #next: { from: UnixMs; to: UnixMs } | undefined

  constructor(ask: (ask: Ask) => void) {
    this.#ask = ask
  }

  view(from: UnixMs, to: UnixMs): void {
    this.#next = { from, to }
    this.#send()
  }

  /** The worker answered. */
  answered(): void {
    this.#waiting = false
    this.#send()
  }

  /** Another series is shown: nothing asked before counts. */
  reset(): void {
    this.#asked = ''
    this.#next = undefined
  }

  #send(): void {
    const next = this.#next
    if (!next || this.#waiting) return
    const key = `${next.from} ${next.to}`
    this.#next = undefined
    if (key === this.#asked) return
    this.#asked = key
    this.#waiting = true
    this.#ask({ type: 'view', ...next, rows })
  }
}
