import { indicatorRegistry } from 'lightweight-charts-indicators'
import { enter, type Field } from '../contestant.ts'
import { races } from './races.ts'

// The package exports its profile in the registry only.
const { calculate } = indicatorRegistry.find(entry => entry.id === 'price-volume-profile')!

/** A box of the profile: a row that is not empty, its edges and its volume as a text of the chart; or a line. */
interface Box {
  readonly price1: number
  readonly price2: number
  readonly text: string
}

interface Result {
  readonly boxes: readonly Box[]
  readonly low: number
  readonly high: number
}

export default races(rows => [
  enter<Result>({
    name: 'lightweight-charts-indicators',
    like: 'quantum, spread close',
    note: 'each bar wholly in the row of its close; rows as boxes with their volume rounded to three or four digits',
    prepare: ({ openTime, open, high, low, close, volume }) => {
      const bars = Array.from(close, (_, i) => ({
        time: openTime[i]! / 1000,
        open: open[i]!,
        high: high[i]!,
        low: low[i]!,
        close: close[i]!,
        volume: volume[i]!,
      }))
      const ends = { low: low.reduce((a, b) => Math.min(a, b)), high: high.reduce((a, b) => Math.max(a, b)) }
      const inputs = { rows, display: 'Volume', lookback: bars.length, poc: true }
      return () => ({ boxes: calculate(bars, inputs).boxes, ...ends })
    },
    columns: ({ boxes, low, high }) => {
      const volume = new Float64Array(rows)
      for (const box of boxes) {
        const row = Math.floor((((box.price1 + box.price2) / 2 - low) / (high - low)) * rows)
        if (box.text !== 'POC') volume[row] = amount(box.text)
      }
      return [volume]
    },
  }),
]) satisfies Field

function amount(text: string): number {
  return Number.parseFloat(text) * { B: 1e9, M: 1e6, K: 1e3 }[text.at(-1) as 'B' | 'M' | 'K'] || Number.parseFloat(text)
}
