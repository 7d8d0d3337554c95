import { fixed } from '../format.ts'
import { styleOf, tone } from '../kinds.ts'
import type { Disagreement, EngineEvent, EngineInfo, FeedEntry, Verification } from '../protocol.ts'
import { date } from '../time.ts'
import { el } from './dom.ts'

const reasons: Record<Disagreement['verdict'], string> = {
  differs: 'values differ',
  missing_here: 'not found in the browser',
  missing_there: 'not sent by the server',
}

/** How many of the server's events the browser found itself, and which it did not. */
export class Badge {
  readonly #button: HTMLButtonElement
  readonly #text = el('span', {}, 'Verifying')
  readonly #pop = el('div', { id: 'verification', class: 'pop', popover: 'auto', 'aria-label': 'Verification' })
  #verification: Verification | undefined
  #engine: EngineInfo | undefined

  constructor(host: HTMLElement) {
    this.#button = el(
      'button',
      { type: 'button', class: 'badge pending', popovertarget: this.#pop.id, title: 'What the browser has checked' },
      el('i', { class: 'seal', 'aria-hidden': 'true' }),
      this.#text,
    )
    this.#pop.addEventListener('toggle', () => this.#draw())
    host.append(this.#button, this.#pop)
  }

  show(verification: Verification): void {
    this.#verification = verification
    const { agree, disagree } = verification
    const all = agree + disagree
    this.#text.textContent =
      all === 0 ? 'Verifying' : `${count(agree)} of ${count(all)} agree, ${count(disagree)} disagree`
    this.#button.className = `badge ${disagree > 0 ? 'bad' : all > 0 ? 'good' : 'pending'}`
    Object.assign(this.#button.dataset, { agree, disagree })
    this.#draw()
  }

  /** Forgets the counts, before another series. */
  clear(): void {
    this.show({ agree: 0, disagree: 0, pending: 0, since: null, latest: [], disagreements: [] })
  }

  set engine(engine: EngineInfo) {
    this.#engine = engine
    this.#draw()
  }

  #draw(): void {
    if (!this.#pop.matches(':popover-open')) return
    const { since, pending = 0, latest = [], disagreements = [] } = this.#verification ?? {}
    this.#pop.replaceChildren(
      el('h3', {}, 'Recomputed in this browser'),
      el(
        'p',
        {},
        'quantum.wasm computes every bar here, in a worker, from the server’s checkpoint on. Each event the server commits is compared with the browser’s own: kind, bar, side, price, pivots and levels, bit for bit.',
      ),
      el(
        'dl',
        {},
        ...pair('Compared since', since == null ? '–' : `${date(since)} UTC`),
        ...pair('Waiting for one side', String(pending)),
        ...this.#engineRows(),
      ),
      ...(disagreements.length > 0
        ? [el('h3', { class: 'bear' }, 'Disagreements'), list(disagreements.map(disagreement))]
        : []),
      el('h3', {}, 'Latest comparisons'),
      latest.length > 0 ? list(latest.map(comparison)) : el('p', { class: 'none' }, 'None yet.'),
    )
  }

  #engineRows(): HTMLElement[] {
    const engine = this.#engine
    if (!engine) return []
    const same = engine.server && engine.server.sha256 === engine.sha256
    const module = engine.sha256 === '' ? 'no digest on an insecure origin' : `${engine.sha256.slice(0, 12)}…`
    return [
      ...pair('Engine', engine.version),
      ...pair('Module, sha-256', same ? `${module} same bytes as the server’s` : module),
    ]
  }
}

function pair(name: string, value: string): HTMLElement[] {
  return [el('dt', {}, name), el('dd', {}, value)]
}

function list(items: HTMLElement[]): HTMLElement {
  return el('ul', {}, ...items)
}

function comparison(entry: FeedEntry): HTMLElement {
  return el(
    'li',
    { class: tone(entry.kind, entry.side) },
    el('i', { class: 'side' }),
    el('b', {}, styleOf(entry.kind).label),
    el('time', {}, date(entry.open_time)),
    el('span', { class: `verdict ${entry.verdict}` }, entry.verdict === 'agree' ? '✓ agrees' : '≠ differs'),
  )
}

function disagreement({ verdict, here, there }: Disagreement): HTMLElement {
  const one = here ?? there
  if (!one) return el('li', {})
  return el(
    'li',
    { class: tone(one.kind, one.side) },
    el('i', { class: 'side' }),
    el('b', {}, styleOf(one.kind).label),
    el('time', {}, date(one.open_time)),
    el('span', { class: 'verdict differs', title: `browser: ${say(here)}; server: ${say(there)}` }, reasons[verdict]),
  )
}

function say(event: EngineEvent | null): string {
  if (!event) return 'nothing'
  const pivots = event.pivots.map(p => `${date(p.open_time)} level ${p.level} price ${p.price}`)
  const levels = event.levels.map(l => `level ${l.price} of ${date(l.session)}`)
  return [event.side, `price ${event.price}`, ...pivots, ...levels].join(', ')
}

function count(n: number): string {
  return fixed(n, 0)
}
