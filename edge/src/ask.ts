// What the fast road takes for a plain request. Whatever is not certain to be
// valid, and to mean here what it means to the Go road, gives undefined.

import { Candles, type Catalog, intervalMs } from '@quantum-signals/sdk'
import { readParams, type Settings } from './params.ts'

/** A plain request over candles of its own. */
export interface Ask {
  candles: Candles
  /** Milliseconds; 0 where none is given. */
  interval: number
  settings: Settings
  /** Names of output columns; undefined for all. */
  fields: string[] | undefined
  events: boolean
}

const columnNames = ['open_time', 'open', 'high', 'low', 'close', 'volume'] as const
const maxExact = 2 ** 53
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const quote = '"'

/** Reads a JSON body. `fields` tells whether the request has some. */
export function readJSON(bytes: Uint8Array, catalog: Catalog, fields: boolean, maxBars: number): Ask | undefined {
  let text: string
  let body: unknown
  try {
    text = decoder.decode(bytes)
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(body) || text.includes('\\')) return undefined
  const { candles: given, params = {}, interval, forming = false, events = true, fields: wanted, ...rest } = body
  if (Object.keys(rest).length > 0 || (wanted !== undefined && !fields)) return undefined
  // The keys of an object may come twice, and JSON.parse keeps the last alone:
  // then there are more quotes than what it made of the text accounts for.
  if (count(text, quote) !== 2 * texts(body)) return undefined
  const candles = Array.isArray(given) ? rows(given, maxBars) : isObject(given) ? columns(given, maxBars) : undefined
  if (!candles || forming !== false || typeof events !== 'boolean' || !isObject(params)) return undefined
  return finish(catalog, { candles, interval, params, fields: wanted, events })
}

/** Reads a body of columns, and the query string that says the rest. */
export function readColumns(
  bytes: ArrayBuffer,
  query: string,
  catalog: Catalog,
  fields: boolean,
  maxBars: number,
): Ask | undefined {
  const n = bytes.byteLength / 48
  if (!Number.isInteger(n) || n === 0 || n > maxBars) return undefined
  const column = (i: number) => new Float64Array(bytes, 8 * i * n, n)
  const candles = assemble(columnNames.map((_, i) => column(i)))
  const said = readQuery(query)
  if (!candles || !said) return undefined
  const { interval, forming = 'false', events = 'false', fields: wanted, ...params } = said
  if (forming !== 'false' || (events !== 'true' && events !== 'false') || (wanted !== undefined && !fields))
    return undefined
  return finish(catalog, {
    candles,
    interval,
    params: values(params, catalog),
    fields: wanted?.split(','),
    events: events === 'true',
  })
}

/** A query string without escapes and without a name that comes twice. */
function readQuery(query: string): Record<string, string> | undefined {
  if (!/^(\?[\w=&.,-]+)?$/.test(query)) return undefined
  const pairs = query
    .slice(1)
    .split('&')
    .filter(pair => pair !== '')
    .map(pair => pair.split('='))
  const said = Object.fromEntries(pairs.map(([name, value]) => [name, value]))
  if (pairs.some(pair => pair.length !== 2) || Object.keys(said).length !== pairs.length) return undefined
  return said as Record<string, string>
}

/** Parameters of a query string as JSON would have them; what would not be such a value stays text, which is refused. */
function values(params: Record<string, string>, catalog: Catalog): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, text]) => {
      const kind = catalog.params.find(p => p.name === name)?.kind
      if (kind === 'bool' && (text === 'true' || text === 'false')) return [name, text === 'true']
      if (kind !== 'enum' && /^-?(0|[1-9]\d*)(\.\d+)?([eE]-?\d+)?$/.test(text)) return [name, Number(text)]
      return [name, text]
    }),
  )
}

function finish(
  catalog: Catalog,
  said: { candles: Candles; interval: unknown; params: Record<string, unknown>; fields: unknown; events: boolean },
): Ask | undefined {
  const { candles, events } = said
  const interval = said.interval === undefined ? 0 : readInterval(said.interval)
  const settings = readParams(catalog, said.params)
  const fields = said.fields === undefined ? undefined : readFields(catalog, said.fields)
  if (interval === undefined || !settings || fields === null) return undefined
  return { candles, interval, settings, fields, events }
}

function readInterval(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  try {
    return intervalMs(text)
  } catch {
    return undefined
  }
}

/** Names of columns, each once; null for anything else. */
function readFields(catalog: Catalog, list: unknown): string[] | null {
  const known = new Set<unknown>(catalog.columns)
  if (!Array.isArray(list) || list.length === 0 || !list.every(name => known.delete(name))) return null
  return list
}

function isObject(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

/** Whole milliseconds; -0 becomes 0, as integers have it. */
function readTimes(given: Float64Array): Float64Array | undefined {
  const times = new Float64Array(given.length)
  for (let i = 0; i < given.length; i++) {
    const t = given[i]!
    if (t !== Math.trunc(t) || Math.abs(t) > maxExact) return undefined
    times[i] = t + 0
  }
  return times
}

function columns(given: Record<string, unknown>, maxBars: number): Candles | undefined {
  if (Object.keys(given).length !== columnNames.length) return undefined
  const { open_time: times } = given
  if (!Array.isArray(times) || times.length === 0 || times.length > maxBars) return undefined
  const made = columnNames.map(name => numbers(given[name], times.length))
  return assemble(made)
}

function assemble(made: (Float64Array | undefined)[]): Candles | undefined {
  const [times, open, high, low, close, volume] = made
  const open_time = times && readTimes(times)
  return (
    open_time && open && high && low && close && volume && new Candles({ open_time, open, high, low, close, volume })
  )
}

/** A list of so many numbers as a column. */
function numbers(list: unknown, n: number): Float64Array | undefined {
  if (!Array.isArray(list) || list.length !== n) return undefined
  const column = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const v: unknown = list[i]
    if (typeof v !== 'number') return undefined
    column[i] = v
  }
  return column
}

function rows(list: unknown[], maxBars: number): Candles | undefined {
  const n = list.length
  if (n === 0 || n > maxBars) return undefined
  const made = columnNames.map(() => new Float64Array(n))
  for (let i = 0; i < n; i++) {
    const row = list[i]
    if (!Array.isArray(row) || row.length !== columnNames.length) return undefined
    for (let c = 0; c < columnNames.length; c++) {
      const v: unknown = row[c]
      if (typeof v !== 'number') return undefined
      made[c]![i] = v
    }
  }
  return assemble(made)
}

function count(text: string, c: string): number {
  let found = 0
  for (let at = text.indexOf(c); at >= 0; at = text.indexOf(c, at + 1)) found++
  return found
}

/** How many keys and texts a value holds, NaN where it nests deeper than any request; lists that begin with a number are of numbers alone, or refused. */
function texts(v: unknown, depth = 4): number {
  if (typeof v === 'string') return 1
  if (typeof v !== 'object' || v === null) return 0
  if (depth === 0) return Number.NaN
  if (Array.isArray(v))
    return typeof v[0] === 'number' ? 0 : v.reduce((sum: number, part) => sum + texts(part, depth - 1), 0)
  return Object.values(v).reduce((sum: number, part) => sum + 1 + texts(part, depth - 1), 0)
}
