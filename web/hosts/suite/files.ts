// The repository's vector files, over HTTP in every host.

import { Candles } from '@quantum-signals/sdk'

/** A CSV file by column; an empty field is NaN. */
export async function csv(url: string): Promise<Map<string, Float64Array>> {
  const [head = '', ...lines] = (await text(url)).trim().split('\n')
  const rows = lines.map(line => line.trim().split(','))
  const number = (field: string): number => (field === '' ? Number.NaN : Number(field))
  return new Map(
    head
      .trim()
      .split(',')
      .map((name, i) => [name, Float64Array.from(rows, row => number(row[i]!))]),
  )
}

export async function candles(url: string): Promise<Candles> {
  const [open_time, open, high, low, close, volume] = [...(await csv(url)).values()] as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  return new Candles({ open_time, open, high, low, close, volume })
}

export async function bytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await found(url)).arrayBuffer())
}

export async function json<T>(url: string): Promise<T> {
  return JSON.parse(await text(url)) as T
}

async function text(url: string): Promise<string> {
  return (await found(url)).text()
}

async function found(url: string): Promise<Response> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response
}
