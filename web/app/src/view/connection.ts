import type { Connection } from '../protocol.ts'
import { el } from './dom.ts'

/** Whether live data is flowing, in words. */
export class ConnectionView {
  readonly #host: HTMLElement
  readonly #text = el('span', {})
  #connection: Connection = { name: 'connecting' }

  constructor(host: HTMLElement) {
    this.#host = host
    host.append(el('i', { class: 'lamp', 'aria-hidden': 'true' }), this.#text)
    setInterval(() => this.#draw(), 500)
    this.#draw()
  }

  show(connection: Connection): void {
    this.#connection = connection
    this.#draw()
  }

  #draw(): void {
    const text = words(this.#connection)
    if (text !== this.#text.textContent) this.#text.textContent = text
    this.#host.className = `connection ${this.#connection.name}`
  }
}

function words(connection: Connection): string {
  switch (connection.name) {
    case 'connecting':
      return 'Connecting'
    case 'live':
      return 'Live'
    case 'waiting': {
      const seconds = Math.ceil((connection.until - Date.now()) / 1_000)
      return seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting'
    }
    case 'closed':
      return connection.reason ? `Closed: ${connection.reason}` : 'Closed'
  }
}
