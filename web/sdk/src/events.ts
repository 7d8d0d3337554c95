import type { UnixMs } from './candles.ts'
import type { Side } from './catalog.ts'

// The layout of a list of events, in words: see wasm/ABI.md.
const eventHead = 6
const pointWords = 3

const sides: readonly Side[] = ['bear', 'none', 'bull'] // from -1 on

/** What an engine reports on a closed bar. It is never taken back. */
export interface EngineEvent {
  /** As in `cipher.buy`. */
  kind: string
  side: Side
  open_time: UnixMs
  /** Close of the bar: its open time and one interval. */
  known_at: UnixMs
  /** Close of the bar, in quote currency. */
  price: number
}

/** A place on the chart that an event speaks of; what it lacks is NaN. */
export interface Point {
  open_time: UnixMs
  level: number
  price: number
}

/** Reads the list at place `at` of the words. */
export function readEvents(
  words: Float64Array,
  at: number,
  each: (kind: number, event: Omit<EngineEvent, 'kind'>, points: Point[]) => void,
): void {
  for (let left = words[at++]!; left > 0; left--) {
    const event = {
      side: sides[words[at + 1]! + 1]!,
      open_time: words[at + 2]!,
      known_at: words[at + 3]!,
      price: words[at + 4]!,
    }
    const end = at + eventHead + words[at + 5]! * pointWords
    const points: Point[] = []
    for (let p = at + eventHead; p < end; p += pointWords) {
      points.push({ open_time: words[p]!, level: words[p + 1]!, price: words[p + 2]! })
    }
    each(words[at]!, event, points)
    at = end
  }
}
