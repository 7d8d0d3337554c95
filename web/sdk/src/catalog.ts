import { EngineError } from './errors.ts'

/** The direction a signal speaks for. */
export type Side = 'bull' | 'bear' | 'none'

/** Everything an engine takes and gives, as the module and GET /signals/catalog describe it. */
export interface Catalog {
  engine: 'cipher' | 'volume'
  version: string
  /** Names of the output columns, in the order of CSV files. */
  columns: string[]
  readings: ReadingInfo[]
  states: { name: string; side: Side; meaning: string }[]
  events: { kind: string; side: Side; meaning: string }[]
  params: ParamInfo[]
}

/** A number at each bar, or absent. */
export interface ReadingInfo {
  name: string
  /** `quote` for prices, `percent` for 0..100, `points` for oscillators without bounds. */
  unit: string
  /** What it stays within, null where unbounded. */
  low: number | null
  high: number | null
  /** Bars before the first reading with the default parameters, -1 if it depends on the interval. */
  warm_up: number
  warm_up_rule: string
  meaning: string
  pane: string
  color: string
}

export interface ParamInfo {
  name: string
  kind: 'int' | 'float' | 'bool' | 'enum'
  default: number | null
  default_classic: number | null
  low: number | null
  high: number | null
  /** The value must be above low, not at it. */
  low_open: boolean
  /** Names of an enum's values. */
  choices: string[]
  unit: string
  meaning: string
}

/** Parameters by name; those left out have their default. */
export interface Params {
  readonly [name: string]: number | boolean | string | readonly number[] | undefined
}

/**
 * The parameters as the module takes them, in catalog order. Its bounds are
 * left to the module; 0 stands for one that is not given.
 * @throws {EngineError} `invalid_parameter` for a name, or a name of a choice, that the catalog does not have.
 */
export function vector(catalog: Catalog, params: Params): Float64Array {
  const values = Float64Array.from(catalog.params, p => p.default ?? 0)
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue
    if (isList(value))
      for (const [i, v] of value.entries()) set(catalog, values, `${name.replace(/s$/, '')}${i + 1}`, v)
    else set(catalog, values, name, value)
  }
  return values
}

function isList(value: unknown): value is readonly number[] {
  return Array.isArray(value)
}

function set(catalog: Catalog, values: Float64Array, name: string, value: number | boolean | string): void {
  const place = catalog.params.findIndex(p => p.name === name)
  const info = catalog.params[place]
  if (!info) {
    throw new EngineError({
      code: 'invalid_parameter',
      rule: 'known',
      field: name,
      value: typeof value === 'number' ? value : Number.NaN,
    })
  }
  values[place] = typeof value === 'string' ? choice(info, value) : Number(value)
}

function choice(info: ParamInfo, name: string): number {
  const place = info.choices.indexOf(name)
  if (place >= 0) return place
  const rule = info.kind === 'enum' ? 'one_of' : 'whole'
  throw new EngineError({
    code: 'invalid_parameter',
    rule,
    field: info.name,
    text: info.choices.join(', '),
    low: info.low ?? Number.NaN,
    high: info.high ?? Number.NaN,
  })
}

/** The parameters of a vector by name: booleans and names of choices as such. */
export function named(catalog: Catalog, values: Float64Array): Record<string, number | boolean | string> {
  return Object.fromEntries(catalog.params.map((p, i) => [p.name, meant(p, values[i]!)]))
}

function meant(info: ParamInfo, value: number): number | boolean | string {
  if (info.kind === 'bool') return value !== 0
  return info.kind === 'enum' ? (info.choices[value] ?? value) : value
}
