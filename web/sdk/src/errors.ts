// The refusals of core, rebuilt from the numbers the module tells: the same
// codes and the same sentence as the native engine and the HTTP API.

/** What was refused: one list for HTTP, WebSocket, wasm and TypeScript. */
export type EngineCode =
  | 'invalid_parameter'
  | 'invalid_bar'
  | 'out_of_order'
  | 'no_bars'
  | 'overflow'
  | 'invalid_snapshot'
  | 'out_of_memory'
  | 'invalid_handle'
  | 'invalid_pointer'
  | 'trapped' // the module stopped on a bug of ours; its engines are lost
  | 'unsupported' // this is no module of the version wanted, or this host cannot load it

/** How the value broke its bound. */
export type Rule = (typeof rules)[number]

export const codes: readonly (EngineCode | 'ok')[] = [
  'ok',
  'invalid_parameter',
  'invalid_bar',
  'out_of_order',
  'no_bars',
  'overflow',
  'invalid_snapshot',
  'out_of_memory',
  'invalid_handle',
  'invalid_pointer',
]

export const rules = [
  'none',
  'range',
  'range_open',
  'range_below',
  'at_least',
  'at_most',
  'above',
  'below',
  'whole',
  'bool',
  'interval',
  'divisor',
  'power_of_two',
  'one_of',
  'exclusive',
  'known',
  'fits',
] as const

/** What an EngineError speaks of. */
export interface Refusal {
  code: EngineCode
  rule: Rule
  /** Parameter or candle field, as in the catalog; empty where none is meant. */
  field: string
  /** Place of the bar in its series, -1 where no bar is meant. */
  index: number
  /** What was given, NaN where it was no number. */
  value: number
  low: number
  high: number
  /** What was given if no number; or the names the rule speaks of. */
  text: string
}

/** The engine, or this package on its behalf, refused some input: `message` is one sentence naming bar, field, value and bound. */
export class EngineError extends Error implements Refusal {
  override readonly name = 'EngineError'
  readonly code: EngineCode
  readonly rule: Rule
  readonly field: string
  readonly index: number
  readonly value: number
  readonly low: number
  readonly high: number
  readonly text: string

  constructor(refusal: Partial<Refusal> & Pick<Refusal, 'code'>, options?: { cause?: unknown }) {
    const r: Refusal = { rule: 'none', field: '', index: -1, value: Number.NaN, low: 0, high: 0, text: '', ...refusal }
    super(sentence(r), options)
    this.code = r.code
    this.rule = r.rule
    this.field = r.field
    this.index = r.index
    this.value = r.value
    this.low = r.low
    this.high = r.high
    this.text = r.text
  }

  /** What the rule asks for, as it reads after "must be". */
  get bound(): string {
    return bound(this)
  }
}

function sentence(r: Refusal): string {
  const bar = r.index >= 0 ? `bar ${r.index}: ` : ''
  return `${bar}${r.field === '' ? '' : `${r.field} `}${complaint(r)}`
}

function complaint(r: Refusal): string {
  const must = bound(r)
  switch (r.rule) {
    case 'none':
      return r.text || r.code
    case 'interval':
      return `is ${JSON.stringify(Number.isNaN(r.value) ? r.text : `${number(r.value)} ms`)}, must be ${must}`
    case 'exclusive':
      return `needs ${must}`
    case 'known':
      return `is not ${must}`
    case 'fits':
      return `is ${number(r.value)}, which does not fit; ${must} would`
  }
  return `is ${number(r.value)}, must be ${must}`
}

function bound(r: Refusal): string {
  const [low, high] = [number(r.low), number(r.high)]
  switch (r.rule) {
    case 'none':
      return ''
    case 'range':
      return `from ${low} to ${high}`
    case 'range_open':
      return `above ${low} and at most ${high}`
    case 'range_below':
      return `at least ${low} and below ${high}`
    case 'at_least':
      return `at least ${low}`
    case 'at_most':
      return `at most ${high}`
    case 'above':
      return `above ${low}`
    case 'below':
      return `below ${high}`
    case 'whole':
      return `a whole number from ${low} to ${high}`
    case 'bool':
      return '0 or 1'
    case 'interval':
      return 'a whole number of s, m, h, d or w from 1s to 4w, as in 15m'
    case 'divisor':
      return `0 or a divisor of ${high}`
    case 'power_of_two':
      return 'a power of two'
    case 'one_of':
      return `one of ${r.text}`
    case 'exclusive':
      return `exactly one of ${r.text}`
    case 'known':
      return 'a known name'
    case 'fits':
      return `${r.text} of at least ${low}`
  }
}

/** Writes a number as the native engine does: whole ones below 1e15 plainly, others in the shortest digits that read back. */
function number(v: number): string {
  if (Number.isNaN(v)) return 'NaN'
  if (!Number.isFinite(v)) return v > 0 ? '+Inf' : '-Inf'
  if (Number.isInteger(v) && Math.abs(v) < 1e15) return String(v === 0 ? 0 : v)
  const [mantissa = '', power = ''] = v.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return String(v) // JavaScript, too, writes these plainly
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}
