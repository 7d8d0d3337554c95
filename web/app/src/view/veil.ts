import type { Phase } from '../protocol.ts'
import { el } from './dom.ts'

/** What stands over the chart while there is nothing to draw, and says why. */
export class Veil {
  readonly #host: HTMLElement
  readonly #retry: () => void

  constructor(host: HTMLElement, retry: () => void) {
    this.#host = host
    this.#retry = retry
    this.show({ name: 'loading', step: 'Starting' })
  }

  show(phase: Phase): void {
    this.#host.hidden = phase.name === 'ready'
    this.#host.className = `veil ${phase.name}`
    this.#host.replaceChildren(...this.#content(phase))
  }

  #content(phase: Phase): Node[] {
    switch (phase.name) {
      case 'ready':
        return []
      case 'loading':
        return [el('div', { class: 'pulse', 'aria-hidden': 'true' }, ...bars()), el('p', {}, `${phase.step}…`)]
      case 'empty':
        return [
          el('h3', {}, 'No bars yet'),
          el('p', {}, 'This series has not closed its first bar. It is drawn as soon as one does.'),
        ]
      case 'failed':
        return [
          el('h3', {}, 'This series could not be loaded'),
          el('p', {}, phase.message),
          el('p', {}, 'It is tried again every few seconds.'),
          el('button', { type: 'button', onclick: this.#retry }, 'Try now'),
        ]
    }
  }
}

function bars(): HTMLElement[] {
  return Array.from({ length: 7 }, (_, i) => el('i', { style: `--i:${i}` }))
}
