import { expect, test } from 'vitest'
import { Candles, Quantum } from '../src/index.ts'
import { differing } from './vectors.ts'

/** A walk whose volumes are whole, so that their sum is exact in any order. */
function walk(length: number): Candles {
  const column = () => new Float64Array(length)
  const c = { open_time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() }
  let random = 1
  for (let i = 0, price = 100; i < length; i++) {
    random = (random * 48_271) % 2_147_483_647
    c.open_time[i] = i * 60_000
    c.open[i] = price
    price = Math.max(1, price + random / 2_147_483_647 - 0.5)
    c.close[i] = price
    c.high[i] = Math.max(c.open[i]!, price) + 0.25
    c.low[i] = Math.min(c.open[i]!, price) - 0.25
    c.volume[i] = 1 + (random % 7)
  }
  return new Candles(c)
}

test('a million bars fit a profile, and columns at once are those of slices', { timeout: 60_000 }, async () => {
  const q = await Quantum.load()
  const long = walk(2_200_000) // more than one call computes
  const million = long.slice(0, 1_000_000)

  const total = million.volume.reduce((sum, v) => sum + v)
  const { up, down, count, total: counted } = q.volume(million, { rows: 24, volume_unit: 1 })
  expect(count).toBe(1_000_000)
  expect(counted).toBe(total)
  expect([...up, ...down].reduce((sum, v) => sum + v)).toBe(total)

  const fields = ['rsi', 'wt1'] as const
  const sliced = q.cipher(long, { interval: '1m', fields })
  const once = q.cipher(million, { interval: '1m', fields })
  for (const name of fields) {
    expect(differing(once.readings[name]!, sliced.readings[name]!.subarray(0, 1_000_000)), name).toBeUndefined()
  }
})
