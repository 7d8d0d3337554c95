import { date } from '../time.ts'
import { type Alert, call, Refusal, type Rehearsal } from './alert-api.ts'
import { el } from './dom.ts'

const minute = 60_000 // ms
const shown = 3 // newest bars of a rehearsal

interface Listeners {
  /** An alert was stored. */
  saved(): void
  /** The form was closed without. */
  closed(): void
  /** A bar was chosen, by its open time. */
  chosen(at: number): void
}

/** The form of an alert, new or to be changed. Whatever changes in it, the stored history says when it would have fired. */
export class AlertForm {
  readonly element: HTMLFormElement
  readonly #answer = el('output', { class: 'answer', 'aria-live': 'polite' })
  readonly #key = el(
    'label',
    { hidden: true },
    'Key',
    el('input', { name: 'key', type: 'password', autocomplete: 'off', placeholder: 'qk_…' }),
  )
  readonly #drop = el(
    'label',
    { class: 'drop', hidden: true },
    '',
    el('span', {}, el('input', { name: 'drop', type: 'checkbox' }), ' Remove it'),
  )
  readonly #main = el('button', { type: 'submit', value: 'save', class: 'main' }, 'Add')
  readonly #on: Listeners
  #market = ''
  #interval = ''
  #edited: Alert | undefined
  #asked = 0 // rehearsals so far: only the last one's answer is shown

  constructor(on: Listeners) {
    this.#on = on
    this.element = this.#make()
  }

  /** The key as typed, if one was asked for. */
  get key(): string {
    return this.#text('key')
  }

  /** The alert that is being changed. */
  get edited(): Alert | undefined {
    return this.#edited
  }

  /** Opens the form for a new alert on a series, or for one that is there. */
  open(market: string, interval: string, alert?: Alert): void {
    this.#market = market
    this.#interval = interval
    this.#edited = alert
    this.element.reset()
    this.element.hidden = false
    this.element.setAttribute('aria-label', alert ? `Change ${alert.name}` : 'New alert')
    this.#main.textContent = alert ? 'Save' : 'Add'
    this.#drop.hidden = !alert?.webhook
    const hook = this.#field('webhook')
    hook.placeholder = alert?.webhook ? `${alert.webhook.host}/… stays` : 'https://… (optional)'
    this.#say('')
    if (alert) {
      this.#field('expression').value = alert.expression
      this.#field('name').value = alert.name
      this.#field('message').value = alert.message
      this.#field('trigger').value = alert.trigger
      this.#field('cooldown').value = alert.cooldown > 0 ? String(alert.cooldown / minute) : ''
      this.#field('expires').value = alert.expires_at > 0 ? new Date(alert.expires_at).toISOString().slice(0, 16) : ''
      void this.#rehearse()
    }
    this.#field('expression').focus()
  }

  close(): void {
    this.element.hidden = true
    this.#edited = undefined
    this.#asked++
    this.#on.closed()
  }

  /** Says why something was not done, and asks for a key where one is needed. */
  refused(error: unknown): void {
    if (error instanceof Refusal && error.locked) this.#key.hidden = false
    this.#say((error as Error).message, 'wrong')
  }

  #make(): HTMLFormElement {
    const line = (label: string, name: string, attributes: Record<string, string | boolean>) =>
      el('label', {}, label, el('input', { name, ...attributes }))
    return el(
      'form',
      {
        hidden: true,
        onsubmit: event => void this.#submit(event as SubmitEvent),
        onchange: event => {
          const { name } = event.target as HTMLInputElement // only fields change
          if (name !== 'webhook' && name !== 'key' && name !== 'drop' && this.#text('expression')) void this.#rehearse()
        },
        onkeydown: event => {
          if ((event as KeyboardEvent).key === 'Escape') this.close()
        },
      },
      line('When', 'expression', {
        required: true,
        maxlength: '1000',
        spellcheck: 'false',
        placeholder: 'event("cipher.buy") and rsi < 35',
      }),
      line('Name', 'name', { maxlength: '100', placeholder: 'Alert' }),
      line('Message', 'message', { maxlength: '1000', placeholder: '{{name}}: {{market}} closed at {{close}}' }),
      line('Webhook', 'webhook', { type: 'url', maxlength: '2000', placeholder: 'https://… (optional)' }),
      this.#drop,
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
      el(
        'label',
        {},
        'Cooldown',
        el(
          'span',
          { class: 'unit' },
          el('input', { name: 'cooldown', type: 'number', min: '0', max: '525600', step: 'any', placeholder: '0' }),
          'minutes',
        ),
      ),
      el(
        'label',
        {},
        'Expires',
        el('span', { class: 'unit' }, el('input', { name: 'expires', type: 'datetime-local' }), 'UTC'),
      ),
      this.#key,
      el(
        'div',
        { class: 'acts' },
        el('button', { type: 'button', onclick: () => this.close() }, 'Cancel'),
        el('button', { type: 'submit', value: 'test' }, 'Test'),
        this.#main,
      ),
      this.#answer,
    )
  }

  #field(name: string): HTMLInputElement {
    return this.element.elements.namedItem(name) as HTMLInputElement // the form is ours
  }

  #text(name: string): string {
    return this.#field(name).value.trim()
  }

  #say(text: string, kind = '', ...more: Node[]): void {
    this.#answer.className = `answer ${kind}`
    this.#answer.replaceChildren(text, ...more)
  }

  #body(): Record<string, unknown> {
    const url = this.#text('webhook')
    const dropped = this.#edited?.webhook && this.#field('drop').checked
    const expires = this.#text('expires')
    return {
      market: this.#market,
      interval: this.#interval,
      expression: this.#text('expression'),
      name: this.#text('name'),
      message: this.#text('message'),
      trigger: this.#text('trigger'),
      cooldown: Math.round(Number(this.#text('cooldown')) * minute),
      expires_at: expires ? Date.parse(`${expires}Z`) : 0,
      ...(url ? { webhook: { url } } : dropped ? { webhook: null } : {}),
    }
  }

  async #rehearse(): Promise<void> {
    const asked = ++this.#asked
    try {
      const { bars, count, matches } = await call<Rehearsal>('POST', '/test', this.#body(), this.key)
      if (asked !== this.#asked) return
      const last = matches.slice(-shown).reverse()
      this.#say(
        `Would have fired at ${count} of the last ${bars} bars${last.length ? ', lately at:' : '.'}`,
        '',
        el(
          'ul',
          {},
          ...last.map(match =>
            el(
              'li',
              {},
              el(
                'button',
                { type: 'button', title: match.message, onclick: () => this.#on.chosen(match.open_time) },
                `${date(match.open_time)} UTC`,
              ),
            ),
          ),
        ),
      )
    } catch (error) {
      if (asked === this.#asked) this.refused(error)
    }
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if ((event.submitter as HTMLButtonElement | null)?.value === 'test') return this.#rehearse()
    if (this.#main.ariaDisabled) return // under way
    this.#asked++ // what a rehearsal still says does not matter
    const edited = this.#edited
    this.#main.setAttribute('aria-disabled', 'true') // disabled, it would lose the focus
    try {
      const [method, path] = edited ? ['PUT', `/${edited.id}`] : ['POST', '']
      const made = await call<{ webhook: { secret?: string } | null }>(method!, path!, this.#body(), this.key)
      const secret = made.webhook?.secret
      if (edited && !secret) this.close()
      else {
        this.#edited = undefined
        this.element.reset()
        this.#main.textContent = 'Add'
        this.#drop.hidden = true
        this.#say(`${edited ? 'Saved' : 'Added'}.${secret ? ` It is signed with ${secret}, shown this once.` : ''}`)
      }
      this.#on.saved()
    } catch (error) {
      this.refused(error)
    } finally {
      this.#main.removeAttribute('aria-disabled')
    }
  }
}
