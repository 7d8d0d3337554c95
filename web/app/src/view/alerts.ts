import { fixed } from '../format.ts'
import { clock, date } from '../time.ts'
import { el } from './dom.ts'

const base = '/api/v1/alerts'
const every = 5_000 // ms between two looks
const told = 20 // messages shown of an alert

interface Alert {
  id: string
  name: string
  expression: string
  trigger: 'bar' | 'once'
  status: 'active' | 'done' | 'expired'
  fired: number
  webhook: { host: string; off: string } | null
}

interface Fired {
  seq: number
  open_time: number
  known_at: number
  price: number | null
  message: string
}

/** The alerts of the series shown: a list, what each said, and a form for one more. */
export class Alerts {
  readonly #list = el('ul', { 'aria-label': 'Alerts of this series' })
  readonly #empty = el('p', { class: 'none' }, 'None yet.')
  readonly #form: HTMLFormElement
  readonly #answer = el('output', { class: 'answer', 'aria-live': 'polite' })
  readonly #key = el(
    'label',
    { hidden: true },
    'Key',
    el('input', { name: 'key', type: 'password', autocomplete: 'off', placeholder: 'qk_…' }),
  )
  readonly #chosen: (at: number) => void
  #market = ''
  #interval = ''
  #alerts: Alert[] = []
  #open = '' // id of the alert whose messages are shown
  #fired: Fired[] = []

  constructor(host: HTMLElement, chosen: (at: number) => void) {
    this.#chosen = chosen
    this.#form = this.#makeForm()
    const more = el(
      'button',
      {
        type: 'button',
        class: 'more',
        'aria-expanded': 'false',
        onclick: () => {
          this.#form.hidden = !this.#form.hidden
          more.setAttribute('aria-expanded', String(!this.#form.hidden))
          if (!this.#form.hidden) this.#field('expression').focus()
        },
      },
      'New',
    )
    host.append(more, this.#form, this.#list, this.#empty)
    setInterval(() => {
      if (!document.hidden) void this.#look()
    }, every)
  }

  /** Shows the alerts of a series. */
  show(market: string, interval: string): void {
    this.#market = market
    this.#interval = interval
    this.#alerts = []
    this.#open = ''
    this.#draw()
    void this.#look()
  }

  #makeForm(): HTMLFormElement {
    const form = el(
      'form',
      { hidden: true, onsubmit: event => void this.#submit(event as SubmitEvent) },
      el(
        'label',
        {},
        'When',
        el('input', {
          name: 'expression',
          required: true,
          maxlength: '1000',
          spellcheck: 'false',
          placeholder: 'event("cipher.buy") and rsi < 35',
        }),
      ),
      el('label', {}, 'Name', el('input', { name: 'name', maxlength: '100', placeholder: 'Alert' })),
      el(
        'label',
        {},
        'Message',
        el('input', { name: 'message', maxlength: '1000', placeholder: '{{name}}: {{market}} closed at {{close}}' }),
      ),
      el(
        'label',
        {},
        'Webhook',
        el('input', { name: 'webhook', type: 'url', maxlength: '2000', placeholder: 'https://… (optional)' }),
      ),
      el(
        'label',
        {},
        'Fires',
        el(
          'select',
          { name: 'trigger' },
          el('option', { value: 'bar' }, 'at each bar'),
          el('option', { value: 'once' }, 'once'),
        ),
      ),
      this.#key,
      el(
        'div',
        { class: 'acts' },
        el('button', { type: 'submit', value: 'test' }, 'Test'),
        el('button', { type: 'submit', value: 'add', class: 'main' }, 'Add'),
      ),
      this.#answer,
    )
    return form
  }

  #field(name: string): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement // the form is ours
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const text = (name: string) => this.#field(name).value.trim()
    const body = {
      market: this.#market,
      interval: this.#interval,
      expression: text('expression'),
      name: text('name'),
      message: text('message'),
      trigger: text('trigger'),
      ...(text('webhook') ? { webhook: { url: text('webhook') } } : {}),
    }
    const add = (event.submitter as HTMLButtonElement | null)?.value === 'add'
    try {
      if (!add) {
        const test = await call<{ bars: number; count: number; matches: { open_time: number }[] }>(
          'POST',
          `${base}/test`,
          body,
        )
        const last = test.matches.at(-1)
        this.#answer.textContent = `Would have fired at ${test.count} of the last ${test.bars} bars${last ? `, last ${date(last.open_time)}` : ''}.`
        return
      }
      const made = await call<{ webhook: { secret?: string } | null }>('POST', base, body, text('key'))
      this.#form.reset()
      this.#answer.textContent = made.webhook?.secret
        ? `Added. It is signed with ${made.webhook.secret}, shown this once.`
        : 'Added.'
      await this.#look()
    } catch (error) {
      this.#refused(error)
    }
  }

  /** Says why something was not done, and asks for a key where one is needed. */
  #refused(error: unknown): void {
    this.#form.hidden = false
    if (error instanceof Refusal && (error.status === 401 || error.status === 403)) this.#key.hidden = false
    this.#answer.textContent = (error as Error).message
  }

  /** Reads the alerts anew, and what the open one said. */
  async #look(): Promise<void> {
    const query = new URLSearchParams({ market: this.#market, interval: this.#interval })
    if (!this.#market) return
    try {
      const { alerts } = await call<{ alerts: Alert[] }>('GET', `${base}?${query}`)
      if (query.get('market') !== this.#market || query.get('interval') !== this.#interval) return // another series is shown
      if (this.#open)
        this.#fired = (await call<{ fired: Fired[] }>('GET', `${base}/${this.#open}/fired?limit=${told}`)).fired
      this.#alerts = alerts
      this.#draw()
    } catch {
      // The connection's own mark says that the server is away.
    }
  }

  #draw(): void {
    this.#list.replaceChildren(...this.#alerts.map(alert => this.#row(alert)))
    this.#empty.hidden = this.#alerts.length > 0
  }

  #row(alert: Alert): HTMLElement {
    const open = alert.id === this.#open
    const state = alert.webhook?.off ? 'webhook off' : alert.status
    return el(
      'li',
      { class: `alert ${alert.status}`, 'data-fired': String(alert.fired) },
      el(
        'div',
        {},
        el(
          'button',
          {
            type: 'button',
            'aria-expanded': String(open),
            title: alert.expression,
            onclick: () => {
              this.#open = open ? '' : alert.id
              this.#fired = []
              this.#draw()
              void this.#look()
            },
          },
          el('b', {}, alert.name),
          el('span', { class: 'state' }, state),
          el('span', { class: 'count', title: 'Times it fired' }, String(alert.fired)),
        ),
        el(
          'button',
          {
            type: 'button',
            class: 'remove',
            'aria-label': `Delete ${alert.name}`,
            onclick: () => void this.#remove(alert),
          },
          '×',
        ),
      ),
      ...(open
        ? [el('code', {}, alert.expression), el('ol', {}, ...this.#fired.map(fired => this.#message(fired)))]
        : []),
    )
  }

  #message(fired: Fired): HTMLElement {
    return el(
      'li',
      {},
      el(
        'button',
        { type: 'button', title: `Bar ${date(fired.open_time)} UTC`, onclick: () => this.#chosen(fired.open_time) },
        el('time', { datetime: new Date(fired.known_at).toISOString() }, clock(fired.known_at)),
        el('span', {}, fired.message || (fired.price === null ? '' : fixed(fired.price, 2))),
      ),
    )
  }

  async #remove(alert: Alert): Promise<void> {
    try {
      await call('DELETE', `${base}/${alert.id}`, undefined, this.#field('key').value.trim())
      if (this.#open === alert.id) this.#open = ''
      await this.#look()
    } catch (error) {
      this.#refused(error)
    }
  }
}

/** What the server did not do, and why. */
class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Calls the API. A refusal throws what it says. */
async function call<T>(method: string, path: string, body?: unknown, key = ''): Promise<T> {
  const headers: Record<string, string> = {}
  if (key) headers.Authorization = `Bearer ${key}`
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  const answer: unknown = text ? JSON.parse(text) : undefined
  if (!response.ok)
    throw new Refusal(response.status, (answer as { detail?: string } | undefined)?.detail ?? response.statusText)
  return answer as T
}
