import type { Market } from '../protocol.ts'
import { el } from './dom.ts'

/** Choice of market and interval. */
export class SeriesPicker {
  readonly #select: HTMLSelectElement
  readonly #intervals: HTMLElement
  readonly #picked: (market: string, interval: string) => void
  #markets: Market[] = []
  #market = ''
  #interval = ''

  constructor(host: HTMLElement, picked: (market: string, interval: string) => void) {
    this.#picked = picked
    this.#select = el('select', {
      'aria-label': 'Market',
      onchange: () => this.#pick(this.#select.value, this.#interval),
    })
    this.#intervals = el('div', { class: 'intervals', role: 'group', 'aria-label': 'Interval' })
    host.append(this.#select, this.#intervals)
  }

  /** Lists the markets; the choice stays. */
  set markets(markets: Market[]) {
    const same = markets.map(m => m.market).join() === this.#markets.map(m => m.market).join()
    this.#markets = markets
    if (same) return
    this.#select.replaceChildren(
      ...markets.map(m => el('option', { value: m.market, selected: m.market === this.#market }, title(m.market))),
    )
    this.#draw()
  }

  /** Shows a choice made elsewhere. */
  show(market: string, interval: string): void {
    this.#market = market
    this.#interval = interval
    this.#select.value = market
    this.#draw()
  }

  #pick(market: string, interval: string): void {
    const intervals = this.#markets.find(m => m.market === market)?.intervals ?? []
    const kept = intervals.includes(interval) ? interval : (intervals[0] ?? '')
    if (kept === '' || (market === this.#market && kept === this.#interval)) return
    this.show(market, kept)
    this.#picked(market, kept)
  }

  #draw(): void {
    const intervals = this.#markets.find(m => m.market === this.#market)?.intervals ?? []
    this.#intervals.replaceChildren(
      ...intervals.map(interval =>
        el(
          'button',
          {
            type: 'button',
            'aria-pressed': String(interval === this.#interval),
            onclick: () => this.#pick(this.#market, interval),
          },
          interval,
        ),
      ),
    )
  }
}

/** `BTCUSD · demo` for `demo:BTCUSD`. */
export function title(market: string): string {
  const [source = '', symbol = ''] = market.split(':')
  return `${symbol} · ${source}`
}
