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

/** Makes an event of what the list says; of these parts, as an object to be copied would cost as much as the event. */
export type MakeEvent<E> = (
  kind: number,
  side: Side,
  open_time: UnixMs,
  known_at: UnixMs,
  price: number,
  points: readonly Point[],
) => E

const noPoints: readonly Point[] = Object.freeze([])

/** Reads the list at place `at` of the words and appends its events. */
export function readEvents<E>(words: Float64Array, at: number, into: E[], make: MakeEvent<E>): void {
  for (let left = words[at++]!; left > 0; left--) {
    const end = at + eventHead + words[at + 5]! * pointWords
    const points = end === at + eventHead ? noPoints : readPoints(words, at + eventHead, end)
    into.push(make(words[at]!, sides[words[at + 1]! + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!, points))
    at = end
  }
}

function readPoints(words: Float64Array, from: number, end: number): Point[] {
  const points: Point[] = []
  for (let p = from; p < end; p += pointWords) {
    points.push({ open_time: words[p]!, level: words[p + 1]!, price: words[p + 2]! })
  }
  return points
}
