import { fixed } from '../format.ts'
import { major, styleOf, tone } from '../kinds.ts'
import type { FeedEntry, Verdict } from '../protocol.ts'
import { clock, date, day, type UnixMs } from '../time.ts'
import { el } from './dom.ts'

const kept = 400 // entries in memory
const shown = 150 // rows in the page

const marks: Record<Verdict, [mark: string, title: string]> = {
  agree: ['✓', 'The browser computed the same event, bit for bit'],
  pending: ['·', 'Waiting for both sides'],
  differs: ['≠', 'The browser computed something else'],
  missing_here: ['!', 'The browser did not compute this event'],
  missing_there: ['!', 'The server did not send this event'],
  outside: ['', 'Not recomputed in the browser'],
}

/** The series' events, newest first. */
export class Feed {
  readonly #list = el('ol', { tabindex: '0', 'aria-label': 'Events, newest first' })
  readonly #empty = el('p', { class: 'none' }, 'No events in the bars loaded.')
  readonly #entries = new Map<string, FeedEntry>()
  readonly #chosen: (at: UnixMs) => void
  #all: boolean
  #places = 2

  constructor(host: HTMLElement, all: boolean, changed: (all: boolean) => void, chosen: (at: UnixMs) => void) {
    this.#all = all
    this.#chosen = chosen
    const choice = (label: string, value: boolean) =>
      el(
        'button',
        {
          type: 'button',
          'aria-pressed': String(value === this.#all),
          onclick: event => {
            this.#all = value
            for (const other of choices.children)
              other.setAttribute('aria-pressed', String(other === event.currentTarget))
            changed(value)
            this.#draw()
          },
        },
        label,
      )
    const choices = el(
      'div',
      { class: 'choices', role: 'group', 'aria-label': 'Which events' },
      choice('Main', false),
      choice('All', true),
    )
    host.append(choices, this.#list, this.#empty)
  }

  set places(places: number) {
    this.#places = places
  }

  /** Adds entries, or changes those it has. */
  put(entries: readonly FeedEntry[], reset: boolean): void {
    if (reset) this.#entries.clear()
    for (const entry of entries) this.#entries.set(`${entry.kind} ${entry.open_time}`, entry)
    if (this.#entries.size > kept) {
      const newest = [...this.#entries].sort(([, a], [, b]) => a.open_time - b.open_time).slice(-kept)
      this.#entries.clear()
      for (const [key, entry] of newest) this.#entries.set(key, entry)
    }
    this.#draw()
  }

  #draw(): void {
    const rows = [...this.#entries.values()]
      .filter(e => this.#all || major(e.kind))
      .sort((a, b) => b.open_time - a.open_time || styleOf(b.kind).weight - styleOf(a.kind).weight)
      .slice(0, shown)
    this.#list.replaceChildren(
      ...rows.flatMap((entry, i) => {
        const today = day(entry.open_time)
        const first = i === 0 || day(rows[i - 1]!.open_time) !== today
        return first ? [el('li', { class: 'day' }, today), this.#row(entry)] : [this.#row(entry)]
      }),
    )
    this.#empty.hidden = rows.length > 0
    this.#list.hidden = rows.length === 0
  }

  #row(entry: FeedEntry): HTMLElement {
    const [mark, title] = marks[entry.verdict]
    return el(
      'li',
      { class: `event ${tone(entry.kind, entry.side)}`, 'data-kind': entry.kind },
      el(
        'button',
        {
          type: 'button',
          title: `${entry.kind}, bar ${date(entry.open_time)} UTC`,
          onclick: () => this.#chosen(entry.open_time),
        },
        el('i', { class: 'side', 'aria-hidden': 'true' }),
        el('b', {}, styleOf(entry.kind).label),
        el('time', { datetime: new Date(entry.open_time).toISOString() }, clock(entry.open_time)),
        el('span', { class: 'price' }, fixed(entry.price, this.#places)),
        el('span', { class: `verdict ${entry.verdict}`, title }, mark),
      ),
    )
  }
}
