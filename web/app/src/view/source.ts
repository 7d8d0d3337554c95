import type { Market } from '../protocol.ts'
import { el } from './dom.ts'

/** Where the market's candles come from; a simulator's are called simulated. */
export class Source {
  readonly #host: HTMLElement

  constructor(host: HTMLElement) {
    this.#host = host
  }

  show(market: Market | undefined): void {
    if (!market) {
      this.#host.replaceChildren()
      return
    }
    const simulated = market.market.startsWith('sim:') || /simulat/i.test(market.source_note)
    this.#host.replaceChildren(
      el('span', { class: `state ${market.state}`, title: 'State of the feed' }, market.state),
      ...(simulated ? [el('strong', { class: 'simulated' }, 'simulated')] : []),
      ...(market.source_note === 'simulated' ? [] : [el('span', {}, market.source_note)]),
    )
  }
}
