import type { Quantum, VolumeNode, VolumeProfile } from '@quantum-signals/sdk'
import type { Ask } from './ask.ts'
import { type Answer, engineJSON } from './cipher.ts'
import { paramsJSON } from './params.ts'
import { intervalText, number } from './text.ts'

const levels = ['poc', 'vah', 'val', 'total', 'enclosed', 'vwap', 'sd'] as const

/** Computes the profile of all candles. @throws {EngineError} where the module refuses. */
export function volume(quantum: Quantum, { candles, interval, settings }: Ask): Answer {
  const p = quantum.volume(candles, settings.given)
  return {
    json: () =>
      `{${engineJSON(quantum)},"params":${paramsJSON(quantum.catalog.volume, settings.vector)}` +
      `${interval > 0 ? `,"interval":"${intervalText(interval)}"` : ''}` +
      `,"source":"${p.source}","count":${p.count},"unit":${number(p.unit)},"rows":[${rowsJSON(p)}],` +
      `${levels.map(name => `"${name}":${number(p[name])}`).join()}` +
      `,"high_nodes":${nodesJSON(p.high_nodes)},"low_nodes":${nodesJSON(p.low_nodes)}` +
      `,"shape":${p.shape === '' ? 'null' : `"${p.shape}"`}}`,
    columns: () => {
      const rows = p.up.length
      const words = new Float64Array(4 * rows)
      words.set(p.edges.subarray(0, rows))
      words.set(p.edges.subarray(1), rows)
      words.set(p.up, 2 * rows)
      words.set(p.down, 3 * rows)
      return { names: ['low', 'high', 'up', 'down'], rows, bytes: new Uint8Array(words.buffer) }
    },
  }
}

function rowsJSON({ edges, up, down }: VolumeProfile): string {
  return Array.from(
    up,
    (v, i) => `[${number(edges[i]!)},${number(edges[i + 1]!)},${number(v)},${number(down[i]!)}]`,
  ).join()
}

function nodesJSON(nodes: VolumeNode[]): string {
  const each = nodes.map(
    n =>
      `{"row":${n.row},"price":${number(n.price)},"volume":${number(n.volume)},"prominence":${number(n.prominence)}}`,
  )
  return `[${each.join()}]`
}
