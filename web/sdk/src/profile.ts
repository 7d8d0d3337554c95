/** A high or low volume node of a profile. */
export interface VolumeNode {
  row: number
  /** Centre of the row. */
  price: number
  /** The row's own total, not smoothed. */
  volume: number
  /** As a share of the greatest smoothed row. */
  prominence: number
}

/**
 * The volume of a range by price and the levels read from it: volumes in base
 * currency, prices in quote currency. Of a profile without volume `poc`, `vah`,
 * `val`, `enclosed`, `vwap` and `sd` are NaN and there are no nodes.
 */
export interface VolumeProfile {
  source: 'bars' | 'trades'
  /** Bars or trades taken. */
  count: number
  /** Every volume here is a whole multiple of it. */
  unit: number
  total: number
  poc: number
  vah: number
  val: number
  /** Volume inside the value area. */
  enclosed: number
  vwap: number
  sd: number
  shape: VolumeShape
  /** Row `i` is from `edges[i]` to `edges[i + 1]`. */
  edges: Float64Array
  /** Volume of each row in up bars and in down bars. */
  up: Float64Array
  down: Float64Array
  high_nodes: VolumeNode[]
  low_nodes: VolumeNode[]
}

/** The outline of a profile, empty where it has no volume. */
export type VolumeShape = '' | 'D' | 'P' | 'b' | 'B' | 'thin'

export const shapes: readonly VolumeShape[] = ['', 'D', 'P', 'b', 'B', 'thin']

const head = 14
const nodeWords = 4

const maxRows = 5000

/** Words that a profile of so many rows fits, whatever nodes it has; of an unknown number, words that most fit. */
export function profileWords(rows: number): number {
  const known = rows > 0 && rows <= maxRows ? rows : 200
  return Math.ceil(head + 3 * known + 1 + nodeWords * (known + 1))
}

/** Reads a profile as wasm/ABI.md lays it out. */
export function readProfile(w: Float64Array): VolumeProfile {
  const [rows, high] = [w[11]!, w[12]!]
  const nodes = head + 3 * rows + 1
  return {
    source: w[0] === 0 ? 'bars' : 'trades',
    count: w[1]!,
    unit: w[2]!,
    total: w[3]!,
    poc: w[4]!,
    vah: w[5]!,
    val: w[6]!,
    enclosed: w[7]!,
    vwap: w[8]!,
    sd: w[9]!,
    shape: shapes[w[10]!]!,
    edges: w.slice(head, head + rows + 1),
    up: w.slice(head + rows + 1, head + 2 * rows + 1),
    down: w.slice(head + 2 * rows + 1, nodes),
    high_nodes: readNodes(w.subarray(nodes, nodes + high * nodeWords)),
    low_nodes: readNodes(w.subarray(nodes + high * nodeWords)),
  }
}

export function readNodes(w: Float64Array): VolumeNode[] {
  return Array.from({ length: w.length / nodeWords }, (_, i) => ({
    row: w[i * nodeWords]!,
    price: w[i * nodeWords + 1]!,
    volume: w[i * nodeWords + 2]!,
    prominence: w[i * nodeWords + 3]!,
  }))
}
