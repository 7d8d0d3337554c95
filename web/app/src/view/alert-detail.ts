import { fixed } from '../format.ts'
import { clock, date } from '../time.ts'
import type { Alert, Attempt, DeadLetter, Fired } from './alert-api.ts'
import { el } from './dom.ts'

/** What is shown of the alert that is open. */
export interface Detail {
  fired: Fired[]
  attempts: Attempt[]
  dead: DeadLetter[]
  asked: ReadonlySet<string> // ids that were asked to be sent again
  wrong: string // why it is not known; empty where it is
}

const minute = 60_000 // ms
const tried = 5 // attempts shown

/** A span of time in the largest unit it is whole in: `90 min`, `4 h`, `2 days`. */
export function span(ms: number): string {
  for (const [unit, name] of [
    [1440, 'days'],
    [60, 'h'],
  ] as const) {
    const n = ms / minute / unit
    if (n >= 1 && Number.isInteger(n)) return `${n} ${n === 1 && name === 'days' ? 'day' : name}`
  }
  return `${Number((ms / minute).toFixed(2))} min`
}

/** The options of an alert in a line. */
export function options(alert: Alert): string {
  return [
    alert.trigger === 'once' ? 'once' : 'at each bar',
    ...(alert.cooldown > 0 ? [`then silent for ${span(alert.cooldown)}`] : []),
    ...(alert.expires_at > 0 ? [`until ${date(alert.expires_at)} UTC`] : []),
    ...(alert.webhook ? [`to ${alert.webhook.host}`] : []),
  ].join(', ')
}

/** The parts of an open alert: what it said, what became of that, and what was given up. */
export function details(
  alert: Alert,
  d: Detail,
  chosen: (at: number) => void,
  replay: (id: string) => void,
): HTMLElement[] {
  const parts = [
    el('code', {}, alert.expression),
    el('p', { class: 'options' }, options(alert)),
    ...(d.wrong ? [el('p', { class: 'wrong', role: 'alert' }, d.wrong)] : []),
    list(
      'Said',
      'Nothing yet.',
      d.fired.map(fired => message(fired, chosen)),
    ),
  ]
  if (!alert.webhook && d.dead.length === 0) return parts
  if (alert.webhook?.off)
    parts.push(el('p', { class: 'wrong' }, `Switched off: ${alert.webhook.off}. Saving it again switches it on.`))
  return [
    ...parts,
    list('Deliveries', 'None yet.', d.attempts.slice(0, tried).map(attempt)),
    list(
      'Dead letters',
      'None.',
      d.dead.map(one => letter(one, d, replay)),
    ),
  ]
}

function list(title: string, none: string, items: HTMLElement[]): HTMLElement {
  return el(
    'section',
    { 'aria-label': title },
    el('h3', {}, title),
    items.length ? el('ol', {}, ...items) : el('p', { class: 'none' }, none),
  )
}

const at = (ms: number) => el('time', { datetime: new Date(ms).toISOString(), title: `${date(ms)} UTC` }, clock(ms))

function message(fired: Fired, chosen: (at: number) => void): HTMLElement {
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        'data-focus': `fired ${fired.seq}`,
        title: `Bar ${date(fired.open_time)} UTC`,
        onclick: () => chosen(fired.open_time),
      },
      at(fired.known_at),
      el('span', {}, fired.message || (fired.price === null ? '' : fixed(fired.price, 2))),
    ),
  )
}

function attempt(a: Attempt): HTMLElement {
  const answer = a.error || `HTTP status ${a.status}`
  const text = {
    delivered: `delivered in ${a.took_ms} ms`,
    retry: `${answer}; again at ${clock(a.next_at)}`,
    dead: `given up: ${answer}`,
    off: 'the endpoint is gone: switched off',
  }[a.outcome]
  return el(
    'li',
    { class: `attempt ${a.outcome}` },
    at(a.at),
    el('span', { title: text }, a.attempt > 1 ? `${text} (attempt ${a.attempt})` : text),
  )
}

function letter(one: DeadLetter, d: Detail, replay: (id: string) => void): HTMLElement {
  const newest = d.attempts.find(a => a.id === one.id)
  const well = newest?.outcome === 'delivered' && newest.at > one.at
  const asked = d.asked.has(one.id)
  return el(
    'li',
    { class: 'letter' },
    at(one.at),
    el('span', { title: one.why }, one.why),
    well
      ? el('i', {}, 'delivered since')
      : el(
          'button',
          {
            type: 'button',
            class: 'replay',
            'data-focus': `replay ${one.id}`,
            'aria-disabled': String(asked), // disabled, it would lose the focus
            'aria-label': `Send the message given up at ${date(one.at)} again`,
            onclick: () => {
              if (!asked) replay(one.id)
            },
          },
          asked ? 'Asked' : 'Replay',
        ),
  )
}
