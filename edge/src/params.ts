import type { Catalog, Params } from '@quantum-signals/sdk'
import { number } from './text.ts'

type ParamInfo = Catalog['params'][number]

/** Parameters as they were given, and all of them in catalog order. */
export interface Settings {
  given: Params
  vector: number[]
}

const family = 'ribbon_period' // numbered parameters that bodies hold as one list

/** Reads parameters by their catalog name. Bounds are left to the module; undefined where a name or a kind is not plain. */
export function readParams(catalog: Catalog, params: Record<string, unknown>): Settings | undefined {
  const given: Record<string, number> = {}
  for (const [name, value] of Object.entries(params)) {
    const list = name === `${family}s` && Array.isArray(value) ? value : undefined
    const named = list ? list.map((v, i) => [`${family}${i + 1}`, v] as const) : [[name, value] as const]
    if (list && list.length !== catalog.params.filter(p => p.name.startsWith(family)).length) return undefined
    for (const [one, v] of named) {
      const info = catalog.params.find(p => p.name === one)
      const n = info && plain(info, v)
      if (n === undefined || one in given) return undefined
      given[one] = n
    }
  }
  if ('row_size' in given) {
    if ('rows' in given) return undefined
    given.rows = 0
  }
  return { given, vector: catalog.params.map(p => given[p.name] ?? p.default ?? 0) }
}

function plain(info: ParamInfo, v: unknown): number | undefined {
  switch (info.kind) {
    case 'bool':
      return typeof v === 'boolean' ? Number(v) : undefined
    case 'enum': {
      const place = typeof v === 'string' ? info.choices.indexOf(v) : -1
      return place < 0 ? undefined : place
    }
  }
  return typeof v === 'number' ? v : undefined
}

/** The parameters as the object a request could send. */
export function paramsJSON(catalog: Catalog, vector: number[]): string {
  const parts: string[] = []
  const list: string[] = []
  for (const [i, info] of catalog.params.entries()) {
    const value = valueJSON(info, vector[i]!)
    if (!info.name.startsWith(family)) parts.push(`"${info.name}":${value}`)
    else if (list.push(value) === 1) parts.push('') // its place
  }
  return `{${parts.map(part => part || `"${family}s":[${list.join()}]`).join()}}`
}

function valueJSON(info: ParamInfo, v: number): string {
  if (info.kind === 'bool') return String(v !== 0)
  if (info.kind === 'enum') return `"${info.choices[v]}"`
  if (info.low !== null && (v < info.low || (info.low_open && v === info.low))) return 'null'
  return number(v)
}

/** How many bars pass before every reading of the chart's own interval is there: as Params.WarmUp of core/cipher. */
export function warmUp(catalog: Catalog, { vector }: Settings): number {
  const p = (name: string) => vector[catalog.params.findIndex(info => info.name === name)]!
  const wave = (a: string) =>
    2 * (p(`${a}wt_channel_period`) - 1) + p(`${a}wt_average_period`) - 1 + p(`${a}wt_signal_period`) - 1
  return Math.max(
    wave(''),
    wave('a_'),
    p('mf_period') - 1,
    p('rsi_period'),
    p('a_rsi_period'),
    p('stoch_rsi_period') + p('stoch_period') - 1 + p('stoch_k_period') - 1 + p('stoch_d_period') - 1,
    p('stc_slow_period') + p('stc_period') - 2,
    ...catalog.params.filter(info => info.name.startsWith(family)).map(info => p(info.name) - 1),
  )
}
