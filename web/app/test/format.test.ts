import { expect, test } from 'vitest'
import { compact, decimals, fixed, percent } from '../src/format.ts'
import { clock, date } from '../src/time.ts'

test.each([
  [[], 0],
  [[430, 431], 0],
  [[430.1, 430.25, 431], 2],
  [[2.5e-7, 2.51e-7], 8],
  [[...Array.from({ length: 99 }, () => 1.25), 0.1 + 0.2], 2], // one with dust of arithmetic
])('decimals(%j) is %i', (prices, want) => {
  expect(decimals(prices)).toBe(want)
})

test('numbers read well, and absence is a dash', () => {
  expect([
    fixed(12345.678, 2),
    fixed(-0.004, 2),
    fixed(Number.NaN, 2),
    compact(1_234_567),
    compact(0.0123),
    compact(Number.NaN),
  ]).toEqual(['12,345.68', '0.00', '–', '1.23M', '0.0123', '–'])
  expect([percent(200, 201), percent(200, 199), percent(0, 1), percent(Number.NaN, 1)]).toEqual([
    '+0.50 %',
    '−0.50 %',
    '–',
    '–',
  ])
})

test('times are UTC', () => {
  const at = Date.UTC(2016, 0, 3, 4, 5)
  expect([clock(at), date(at)]).toEqual(['04:05', '3 Jan 2016 04:05'])
})
