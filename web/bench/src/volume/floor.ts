import type { Columns } from '../candles.ts'
import { enter, type Field } from '../contestant.ts'
import { races } from './races.ts'

/**
 * What a careful person writes for a profile by rows: each bar's volume evenly
 * over low to high, the rows between its ends through a column of differences,
 * so that a bar costs the same however many rows it covers. In binary64: unlike
 * the engine's whole units the rows then conserve volume only nearly.
 */
export default races(rows => [
  enter<[Float64Array, Float64Array]>({
    name: 'plain loop',
    prepare: bars => () => profile(bars, rows),
    columns: ([up, down]) => [up.map((v, i) => v + down[i]!)],
  }),
]) satisfies Field

function profile({ open, high, low, close, volume }: Columns, rows: number): [Float64Array, Float64Array] {
  let bottom = low[0]!
  let top = high[0]!
  for (let i = 1; i < close.length; i++) {
    if (low[i]! < bottom) bottom = low[i]!
    if (high[i]! > top) top = high[i]!
  }
  const step = (top - bottom) / rows
  const scale = rows / (top - bottom)
  const edge = Float64Array.from({ length: rows + 1 }, (_, i) => bottom + (i * (top - bottom)) / rows)
  const up = new Float64Array(rows + 1)
  const down = new Float64Array(rows + 1)
  const upStep = new Float64Array(rows + 2)
  const downStep = new Float64Array(rows + 2)
  let rising = true
  for (let i = 0; i < close.length; i++) {
    const v = volume[i]!
    const before = i === 0 ? open[i]! : close[i - 1]!
    if (close[i] !== open[i]) rising = close[i]! > open[i]!
    else if (close[i] !== before) rising = close[i]! > before
    const whole = rising ? up : down
    const between = rising ? upStep : downStep
    const first = Math.min(Math.floor((low[i]! - bottom) * scale), rows - 1)
    const last = Math.min(Math.floor((high[i]! - bottom) * scale), rows - 1)
    if (first === last) {
      whole[first]! += v
      continue
    }
    const density = v / (high[i]! - low[i]!)
    whole[first]! += density * (edge[first + 1]! - low[i]!)
    whole[last]! += density * (high[i]! - edge[last]!)
    between[first + 1]! += density * step
    between[last]! -= density * step
  }
  spreadOut(up, upStep)
  spreadOut(down, downStep)
  return [up.subarray(0, rows), down.subarray(0, rows)]
}

/** Adds to each row what its differences sum to. */
function spreadOut(row: Float64Array, steps: Float64Array): void {
  let level = 0
  for (let i = 0; i < row.length; i++) {
    level += steps[i]!
    row[i]! += level
  }
}
