import { expect, test } from 'vitest'
import { History } from '../src/history.ts'
import type { Bars } from '../src/protocol.ts'

/** Bars `from` to `to`, the end excluded: every column holds the bar's number, the reading its tenfold. */
function bars(from: number, to: number): Bars {
  const column = (times = 1) => Float64Array.from({ length: to - from }, (_, i) => (from + i) * times)
  return {
    open_time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    readings: [column(10)],
  }
}

const held = (history: History) => {
  const { open_time, readings } = history.slice(0, history.length)
  return { first: open_time[0], last: open_time.at(-1), length: open_time.length, reading: readings[0]?.at(-1) }
}

test('what is appended in pieces is what is appended at once', () => {
  const pieces = new History(5_000, 1)
  for (let i = 0; i < 100; i += 7) expect(pieces.append(bars(i, Math.min(100, i + 7)))).toBe(0)
  const once = new History(5_000, 1)
  once.append(bars(0, 100))
  expect(pieces.slice(0, 100)).toEqual(once.slice(0, 100))
})

test('the oldest go when bound and slack are full, and the caller is told how many', () => {
  const history = new History(10, 1)
  expect(history.append(bars(0, 10))).toBe(0)
  let dropped = 0
  for (let i = 10; i < 1_010; i++) dropped += history.append(bars(i, i + 1))
  expect(dropped).toBe(0)
  expect(history.append(bars(1_010, 1_011))).toBe(1_001)
  expect(held(history)).toEqual({ first: 1_001, last: 1_010, length: 10, reading: 10_100 })
})

test('of more bars than the bound only the newest are kept', () => {
  const history = new History(10, 1)
  history.append(bars(0, 5))
  history.append(bars(5, 40_000))
  expect(held(history).last).toBe(39_999)
  expect(history.slice(history.length - 10, history.length).open_time).toEqual(bars(39_990, 40_000).open_time)
})

test('a bar is found by its open time, or the one after it', () => {
  const history = new History(100, 1)
  expect(history.indexOf(3)).toBe(0)
  history.append(bars(10, 20))
  expect([9, 10, 10.5, 19, 20].map(at => history.indexOf(at))).toEqual([0, 0, 1, 9, 10])
})

test('a slice is a copy', () => {
  const history = new History(100, 1)
  history.append(bars(0, 3))
  history.slice(0, 3).close[0] = 99
  expect(history.bars.close[0]).toBe(0)
})
