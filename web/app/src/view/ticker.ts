import type { Rows } from '../chart/plot.ts'
import { fixed, percent } from '../format.ts'
import { el } from './dom.ts'

const day = 86_400_000

/** The last price, and its change against 24 hours before. */
export class Ticker {
  readonly #price = el('strong', {})
  readonly #change = el('span', { title: 'Against the close 24 hours before, or the first bar here' })

  constructor(host: HTMLElement) {
    host.append(this.#price, this.#change)
  }

  show(rows: Rows, places: number): void {
    const last = rows.length - 1
    if (last < 0) {
      this.#price.textContent = this.#change.textContent = ''
      return
    }
    const close = rows.field('close', last)
    const before = rows.field('close', rows.indexOf(rows.field('open_time', last) - day))
    this.#price.textContent = fixed(close, places)
    this.#change.textContent = percent(before, close)
    this.#change.className = close < before ? 'bear' : 'bull'
  }
}
