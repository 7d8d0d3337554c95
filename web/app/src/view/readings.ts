import type { Rows } from '../chart/plot.ts'
import { fixed } from '../format.ts'
import type { Profile, ReadingInfo } from '../protocol.ts'
import { date } from '../time.ts'
import { el } from './dom.ts'

/** Names of readings by heading; what the engine has beyond them is listed last. */
const groups: [heading: string, names: string[]][] = [
  ['Waves', ['wt1', 'wt2', 'fast_wt', 'mf']],
  ['Relative strength', ['rsi', 'stoch_k', 'stoch_d', 'stc']],
  ['Cipher A', ['a_wt1', 'a_wt2', 'a_rsi']],
  ['12 h', ['htf_fast_wt', 'htf_fast_wt_smooth']],
  ['Ribbon', ['ema1', 'ema2', 'ema3', 'ema4', 'ema5', 'ema6', 'ema7', 'ema8']],
]

/** All readings at one bar: that under the crosshair, or the newest. */
export class Readings {
  readonly #rows: Rows
  readonly #when = el('p', { class: 'when' })
  readonly #values = new Map<string, HTMLElement>()
  readonly #profile = ['poc', 'vah', 'val'].map(name => [name, el('dd', {})] as const)
  #places = 2

  constructor(host: HTMLElement, rows: Rows, infos: readonly ReadingInfo[]) {
    this.#rows = rows
    const listed = new Set(groups.flatMap(([, names]) => names))
    const rest = infos.map(i => i.name).filter(name => !listed.has(name))
    const all: typeof groups = rest.length > 0 ? [...groups, ['More', rest]] : groups
    const known = new Map(infos.map(i => [i.name, i]))
    host.replaceChildren(
      this.#when,
      ...all.map(([heading, names]) =>
        section(
          heading,
          names.filter(n => known.has(n)).map(n => this.#row(n, known.get(n)?.meaning ?? '')),
        ),
      ),
      section(
        'Profile in view',
        this.#profile.map(([name, value]) => [el('dt', {}, name.toUpperCase()), value]),
      ),
    )
  }

  /** Decimals of prices from here on. */
  set places(places: number) {
    this.#places = places
  }

  show(row: number): void {
    if (row < 0) {
      this.#when.textContent = ''
      for (const value of this.#values.values()) {
        value.textContent = '–'
        value.className = 'absent'
      }
      return
    }
    const forming = row >= this.#rows.history.length
    this.#when.textContent = `${date(this.#rows.field('open_time', row))} UTC${forming ? ' · forming' : ''}`
    for (const [name, value] of this.#values) {
      const reading = this.#rows.reading(name)(row)
      value.textContent = fixed(reading, name.startsWith('ema') ? this.#places + 2 : 3)
      value.className = name.startsWith('ema') ? '' : tint(name, reading)
    }
  }

  showProfile(profile: Profile | null): void {
    for (const [name, value] of this.#profile) {
      value.textContent = profile ? fixed(profile[name as 'poc' | 'vah' | 'val'], this.#places) : '–'
    }
  }

  #row(name: string, meaning: string): HTMLElement[] {
    const value = el('dd', {}, '–')
    this.#values.set(name, value)
    return [el('dt', { title: meaning }, name), value]
  }
}

function section(heading: string, rows: readonly (readonly HTMLElement[])[]): HTMLElement {
  return el('div', { class: 'group' }, el('h3', {}, heading), el('dl', {}, ...rows.flat()))
}

/** Green above and red below the middle of an oscillator. */
function tint(name: string, value: number): string {
  const middle = name.includes('rsi') || name.startsWith('st') ? 50 : 0
  if (Number.isNaN(value)) return 'absent'
  return value < middle ? 'bear' : 'bull'
}
