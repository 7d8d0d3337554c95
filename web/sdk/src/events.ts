import type { UnixMs } from './candles.ts'
import type { Side } from './catalog.ts'

// The layout of a list of events, in words: see wasm/ABI.md.
const listHead = 2
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

/**
 * Reads the list at place `at` of the words.
 * @returns whether the events of the last bar are missing for want of room.
 */
export function readEvents(
  words: Float64Array,
  at: number,
  each: (kind: number, event: Omit<EngineEvent, 'kind'>, points: Point[]) => void,
): boolean {
  const count = words[at]!
  const missing = words[at + 1] !== 0
  at += listHead
  for (let i = 0; i < count; i++) {
    const [kind, side, open_time, known_at, price, points] = words.subarray(at, at + eventHead) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    at += eventHead
    const event = { side: sides[side + 1]!, open_time, known_at, price }
    each(
      kind,
      event,
      Array.from({ length: points }, (_, k) => point(words, at + k * pointWords)),
    )
    at += points * pointWords
  }
  return missing
}

function point(words: Float64Array, at: number): Point {
  return { open_time: words[at]!, level: words[at + 1]!, price: words[at + 2]! }
}
