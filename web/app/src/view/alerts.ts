import { type Alert, type Attempt, call, type DeadLetter, type Fired, Refusal } from './alert-api.ts'
import { type Detail, details } from './alert-detail.ts'
import { AlertForm } from './alert-form.ts'
import { el } from './dom.ts'

const every = 5_000 // ms between two looks
const told = 20 // messages shown of an alert
const given = 200 // attempts read of it, and dead letters of all

const unknown: Detail = { fired: [], attempts: [], dead: [], asked: new Set(), wrong: '' }

/** The alerts of the series shown: a list, what each said and what became of it, and a form for new and changed ones. */
export class Alerts {
  readonly #list = el('ul', { 'aria-label': 'Alerts of this series' })
  readonly #state = el('p', { class: 'none', role: 'status' }, 'Reading…')
  readonly #form: AlertForm
  readonly #more: HTMLButtonElement
  readonly #chosen: (at: number) => void
  readonly #rows = new Map<string, { element: HTMLElement; drawn: string }>() // by id
  #market = ''
  #interval = ''
  #alerts: Alert[] = []
  #open = '' // id of the alert whose details are shown
  #detail = unknown

  constructor(host: HTMLElement, chosen: (at: number) => void) {
    this.#chosen = chosen
    this.#form = new AlertForm({ saved: () => void this.#look(), closed: () => this.#closed(), chosen })
    this.#more = el(
      'button',
      { type: 'button', class: 'more', 'aria-expanded': 'false', onclick: () => this.#new() },
      'New',
    )
    host.append(this.#more, this.#form.element, this.#list, this.#state)
    setInterval(() => {
      if (!document.hidden) void this.#look()
    }, every)
  }

  /** Shows the alerts of a series. */
  show(market: string, interval: string): void {
    if (!this.#form.element.hidden) this.#form.close()
    this.#market = market
    this.#interval = interval
    this.#alerts = []
    this.#open = ''
    this.#draw('Reading…')
    void this.#look()
  }

  #new(): void {
    const closes = !this.#form.element.hidden && !this.#form.element.closest('li')
    if (closes) return this.#form.close()
    if (!this.#form.element.hidden) this.#form.close()
    this.#more.after(this.#form.element)
    this.#more.setAttribute('aria-expanded', 'true')
    this.#form.open(this.#market, this.#interval)
  }

  /** Changes an alert where it stands. */
  #edit(alert: Alert): void {
    if (!this.#form.element.hidden) this.#form.close()
    this.#rows.get(alert.id)?.element.append(this.#form.element)
    this.#form.open(this.#market, this.#interval, alert)
    this.#draw()
  }

  /** Puts the form away, and the focus where it was opened. */
  #closed(): void {
    const row = this.#form.element.closest('li')
    const held = this.#form.element.contains(document.activeElement)
    this.#more.after(this.#form.element)
    this.#more.setAttribute('aria-expanded', 'false')
    this.#draw()
    if (held) (row?.querySelector<HTMLElement>('[data-focus=edit]') ?? this.#more).focus()
  }

  /** Reads the alerts anew, and the details of the open one. */
  async #look(): Promise<void> {
    const [market, interval, open] = [this.#market, this.#interval, this.#open]
    if (!market) return
    const key = this.#form.key
    try {
      const { alerts } = await call<{ alerts: Alert[] }>(
        'GET',
        `?${new URLSearchParams({ market, interval })}`,
        undefined,
        key,
      )
      const detail = open && alerts.some(alert => alert.id === open) ? await this.#read(open, key) : unknown
      if (market !== this.#market || interval !== this.#interval) return // another series is shown
      this.#alerts = alerts
      if (open === this.#open) this.#detail = detail
      this.#draw(alerts.length ? '' : `None yet. New makes one of ${market} ${interval}.`)
    } catch (error) {
      if (market !== this.#market || interval !== this.#interval) return
      const why = error instanceof Refusal ? error.message : 'the server does not answer'
      this.#draw(`The alerts cannot be read: ${why}`)
    }
  }

  async #read(id: string, key: string): Promise<Detail> {
    const { asked } = this.#detail
    try {
      const [said, sent, dead] = await Promise.all([
        call<{ fired: Fired[] }>('GET', `/${id}/fired?limit=${told}`, undefined, key),
        call<{ deliveries: Attempt[] }>('GET', `/${id}/deliveries?limit=${given}`, undefined, key),
        call<{ dead_letters: DeadLetter[] }>('GET', `/dead-letters?limit=${given}`, undefined, key),
      ])
      return {
        fired: said.fired,
        attempts: sent.deliveries,
        dead: dead.dead_letters.filter(one => one.alert === id),
        asked,
        wrong: '',
      }
    } catch (error) {
      return { ...this.#detail, wrong: `What it said cannot be read: ${(error as Error).message}` }
    }
  }

  /** Draws what has changed; what has not keeps its place, and the focus. */
  #draw(state?: string): void {
    if (state !== undefined) {
      this.#state.textContent = state
      this.#state.hidden = state === ''
    }
    const rows = this.#alerts.map(alert => this.#row(alert))
    for (const id of this.#rows.keys()) if (!this.#alerts.some(alert => alert.id === id)) this.#rows.delete(id)
    if (this.#form.element.closest('ul') && !rows.some(row => row.contains(this.#form.element))) {
      this.#more.after(this.#form.element) // its alert was deleted elsewhere
      this.#form.element.hidden = true
    }
    const same = rows.length === this.#list.children.length && rows.every((row, i) => row === this.#list.children[i])
    if (!same) this.#list.replaceChildren(...rows)
  }

  #row(alert: Alert): HTMLElement {
    const row = this.#rows.get(alert.id) ?? { element: el('li', {}), drawn: '' }
    this.#rows.set(alert.id, row)
    const open = alert.id === this.#open
    const edits = this.#form.edited?.id === alert.id
    const drawn = JSON.stringify([alert, open, edits, open ? [this.#detail, [...this.#detail.asked]] : null])
    if (drawn === row.drawn) return row.element
    row.drawn = drawn
    const focused = row.element.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.focus
      : ''
    row.element.className = `alert ${alert.status}`
    row.element.dataset.fired = String(alert.fired)
    const parts = [this.#head(alert, open), ...(open && !edits ? this.#details(alert) : [])]
    for (const child of [...row.element.children]) if (child !== this.#form.element) child.remove()
    row.element.prepend(...parts)
    if (focused) row.element.querySelector<HTMLElement>(`[data-focus="${focused}"]`)?.focus()
    return row.element
  }

  #head(alert: Alert, open: boolean): HTMLElement {
    return el(
      'div',
      {},
      el(
        'button',
        {
          type: 'button',
          'data-focus': 'open',
          'aria-expanded': String(open),
          title: alert.expression,
          onclick: () => {
            this.#open = open ? '' : alert.id
            this.#detail = { ...unknown, asked: new Set() }
            this.#draw()
            void this.#look()
          },
        },
        el('b', {}, alert.name),
        el('span', { class: 'state' }, alert.webhook?.off ? 'webhook off' : alert.status),
        el('span', { class: 'count', title: 'Times it fired' }, String(alert.fired)),
      ),
      el(
        'button',
        {
          type: 'button',
          class: 'edit',
          'data-focus': 'edit',
          'aria-label': `Change ${alert.name}`,
          title: 'Change',
          onclick: () => this.#edit(alert),
        },
        '✎',
      ),
      el(
        'button',
        {
          type: 'button',
          class: 'remove',
          'data-focus': 'remove',
          'aria-label': `Delete ${alert.name}`,
          title: 'Delete',
          onclick: () => void this.#remove(alert),
        },
        '×',
      ),
    )
  }

  #details(alert: Alert): HTMLElement[] {
    return details(alert, this.#detail, this.#chosen, id => void this.#replay(alert, id))
  }

  async #replay(alert: Alert, id: string): Promise<void> {
    try {
      await call('POST', `/${alert.id}/deliveries/${id}/replay`, undefined, this.#form.key)
      this.#detail = { ...this.#detail, asked: new Set([...this.#detail.asked, id]), wrong: '' }
      this.#draw()
      await this.#look()
    } catch (error) {
      this.#refused(error)
    }
  }

  async #remove(alert: Alert): Promise<void> {
    try {
      await call('DELETE', `/${alert.id}`, undefined, this.#form.key)
      if (this.#open === alert.id) this.#open = ''
      await this.#look()
      this.#more.focus()
    } catch (error) {
      this.#refused(error)
    }
  }

  /** Says why something was not done, in the form: it has the place for a key. */
  #refused(error: unknown): void {
    if (this.#form.element.hidden) this.#new()
    this.#form.refused(error)
  }
}
