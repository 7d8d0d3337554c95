import type { CipherColumns, CipherEvent, Quantum } from '@quantum-signals/sdk'
import type { Ask } from './ask.ts'
import { paramsJSON, warmUp } from './params.ts'
import { FlagPrinter, intervalText, number, numbers } from './text.ts'

/** An answer computed, to be given as JSON or as columns. */
export interface Answer {
  json(): string
  columns(): { names: string[]; rows: number; bytes: Uint8Array<ArrayBuffer> }
}

/** Computes Quantum Cipher. @throws {EngineError} where the module refuses. */
export function cipher(quantum: Quantum, ask: Ask, columnsOnly: boolean): Answer {
  const { catalog, names } = quantum
  const wanted = ask.fields ?? catalog.cipher.columns
  const readings = wanted.filter(name => names.readings.includes(name))
  const flagged = readings.length < wanted.length
  const events = ask.events && !columnsOnly
  const out = quantum.cipher(ask.candles, {
    interval: ask.interval,
    params: ask.settings.given,
    fields: flagged || readings.length === 0 ? [...readings, 'flags'] : readings,
    events,
  })
  const flag = (name: string) => names.flags.indexOf(name)
  return {
    json: () => {
      const printer = new FlagPrinter(out.flags)
      const text = (name: string) => {
        const column = out.readings[name]
        return `,"${name}":${column ? numbers(column) : printer.print(flag(name))}`
      }
      return (
        `{${engineJSON(quantum)},"interval":"${intervalText(ask.interval)}"` +
        `,"params":${paramsJSON(catalog.cipher, ask.settings.vector)}` +
        `,"warmup":${warmUp(catalog.cipher, ask.settings)}` +
        `,"columns":{"open_time":${numbers(out.open_time)}${wanted.map(text).join('')}}` +
        `${events ? `,"events":[${out.events.map(eventJSON).join()}]` : ''}}`
      )
    },
    columns: () => packed(out, wanted, flag),
  }
}

export function engineJSON({ version, sha256 }: Quantum): string {
  return `"engine":{"version":"${version}","wasm_sha256":"${sha256}"}`
}

function eventJSON({ kind, side, open_time, known_at, price, pivots }: CipherEvent): string {
  const points = pivots.map(p => `{"open_time":${p.open_time},"level":${number(p.level)},"price":${number(p.price)}}`)
  return (
    `{"kind":"${kind}","side":"${side}","open_time":${open_time},"known_at":${known_at},"price":${number(price)}` +
    `${points.length > 0 ? `,"data":{"pivots":[${points.join()}]}` : ''}}`
  )
}

function packed(out: CipherColumns, wanted: string[], flag: (name: string) => number): ReturnType<Answer['columns']> {
  const rows = out.open_time.length
  const words = new Float64Array((wanted.length + 1) * rows)
  const printer = new FlagPrinter(out.flags)
  words.set(out.open_time)
  for (const [i, name] of wanted.entries()) {
    const place = words.subarray((i + 1) * rows, (i + 2) * rows)
    const column = out.readings[name]
    if (column) place.set(column)
    else printer.fill(flag(name), place)
  }
  return { names: ['open_time', ...wanted], rows, bytes: new Uint8Array(words.buffer) }
}
