// Events as wasm/ABI.md lays them out: what hosts compare.

import type { CipherEvent, Quantum, Side, VolumeEvent } from '@quantum-signals/sdk'

const side = (s: Side): number => ({ bear: -1, none: 0, bull: 1 })[s]

export function cipherWords(q: Quantum, e: CipherEvent): number[] {
  const flag = q.names.flags.indexOf(e.kind.replace(/^cipher\./, ''))
  const points = e.pivots.flatMap(p => [p.open_time, p.level, p.price])
  return [flag, side(e.side), e.open_time, e.known_at, e.price, e.pivots.length, ...points]
}

export function volumeWords(q: Quantum, e: VolumeEvent): number[] {
  const signal = q.catalog.volume.events.findIndex(info => info.kind === e.kind)
  const points = e.levels.flatMap(l => [l.start, Number.NaN, l.price])
  return [signal, side(e.side), e.open_time, e.known_at, e.price, e.levels.length, ...points]
}

/** Parameters of a vector by name, all of them. */
export function paramsOf(catalog: Quantum['catalog']['cipher'], vector: readonly number[]): Record<string, number> {
  return Object.fromEntries(catalog.params.map((p, i) => [p.name, vector[i]!]))
}

/** A level of each bar, in the order of the module's words. */
export const levelNames = ['poc', 'vah', 'val', 'total', 'enclosed', 'vwap', 'sd', 'start', 'count'] as const

export const shapes = ['', 'D', 'P', 'b', 'B', 'thin'] as const
