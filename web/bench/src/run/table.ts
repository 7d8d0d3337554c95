import type { Agreement } from '../host/answer.ts'
import type { Cold } from './cold.ts'
import type { Race, Time } from './race.ts'
import type { Size } from './sizes.ts'

/** Rows as a Markdown table, padded so that it reads as text too; every column but the first `left` is flush right. */
function table(head: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map(row => row[i]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = widths.map((width, i) => (i < left ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return `${[line(head), line(rule), ...rows.map(line)].join('\n')}\n`
}

/** Bars of a series with thin spaces: 1 000 000. */
const spaced = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ')

/** Three digits are what the measurement carries. */
const three = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2))

export function raceTable(race: Race): string {
  const bars = [...new Set(race.times.map(t => t.bars))]
  const entrants = [...new Set(race.times.map(t => `${t.host}\n${t.name}`))].map(key => key.split('\n'))
  const cell = (t: Time | undefined): string =>
    t?.median === undefined ? (t?.why ?? '') : `${three(t.median)} (${three(t.best!)})`
  const rows = entrants
    .sort((a, b) => a[0]!.localeCompare(b[0]!))
    .map(([host, name]) => [
      host!,
      name!,
      ...bars.map(n => cell(race.times.find(t => t.host === host && t.name === name && t.bars === n))),
    ])
  return table(['host', 'ns per bar: median (best)', ...bars.map(spaced)], rows, 2)
}

export function agreementTable(columns: readonly string[], list: readonly Agreement[]): string {
  const cell = (v: number | null): string => (v === 0 ? '0' : v === null || v === Infinity ? '∞' : v.toExponential(0))
  const rows = list.map(({ name, worst }) => [
    name,
    ...columns.map((_, i) => (typeof worst === 'string' ? (i === 0 ? worst.slice(0, 60) : '') : cell(worst[i]!))),
  ])
  return table(['greatest difference from quantum', ...columns], rows, 1)
}

export function coldTable(list: readonly Cold[]): string {
  const rows = list.map(c => [c.name, three(c.load), three(c.first), three(c.total)])
  return table(['milliseconds, Chromium', 'fetch and start', 'first result', 'total'], rows, 1)
}

export function sizeTable(list: readonly Size[]): string {
  const rows = list.map(({ name, whole, part }) => [
    name,
    spaced(whole.minified),
    spaced(whole.gzip),
    part === undefined ? '' : spaced(part.gzip),
  ])
  return table(['bytes', 'whole, minified', 'whole, gzip -9', 'for the seven, gzip -9'], rows, 1)
}

/** A promise of the project held against one run. */
export interface Verdict {
  readonly aim: string
  readonly bars: number
  /** Of the medians, which the aim speaks of, and of the best samples, which a busy machine spoils less. */
  readonly ratio: number
  readonly best: number
  readonly met: boolean
  readonly against: string
}

export function verdictTable(list: readonly Verdict[]): string {
  const rows = list.map(v => {
    const ratio = `${three(v.ratio)} (${three(v.best)})`
    return [v.aim, v.against, spaced(v.bars), ratio, v.met ? 'met' : 'missed']
  })
  return table(['aim', 'against', 'bars', 'ratio (of the best)', ''], rows, 2)
}
