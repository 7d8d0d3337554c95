import { expect, test } from 'vitest'
import type { EngineEvent } from '../src/protocol.ts'
import { fingerprint, Verifier } from '../src/worker/verifier.ts'

const event = (n: number, more: Partial<EngineEvent> = {}): EngineEvent => ({
  kind: 'cipher.buy',
  side: 'bull',
  open_time: n * 60_000,
  known_at: n * 60_000 + 60_000,
  price: 430.1,
  pivots: [],
  levels: [],
  ...more,
})
const pivot = { open_time: 0, level: 61.2, price: 431 }
const counts = ({ verification: { agree, disagree, pending } }: Verifier) => ({ agree, disagree, pending })

test('events of both sides agree, whoever speaks first', () => {
  const verifier = new Verifier(0)
  verifier.here([event(1), event(2)], 0)
  verifier.there([event(2), event(3), event(1)], 0)
  verifier.here([event(3)], 0)
  expect(counts(verifier)).toEqual({ agree: 3, disagree: 0, pending: 0 })
  expect(verifier.take().map(e => e.verdict)).toEqual(['agree', 'agree', 'agree'])
  expect(verifier.take()).toEqual([])
})

test.each<[string, Partial<EngineEvent>]>([
  ['the last bit of the price', { price: 430.10000000000002 + 2 ** -44 }],
  ['the side', { side: 'bear' }],
  ['the time it was known', { known_at: 0 }],
  ['a pivot more', { pivots: [pivot] }],
  ['a level more', { levels: [{ price: 430, session: 0 }] }],
])('%s makes them differ', (_, change) => {
  const verifier = new Verifier(0)
  verifier.here([event(1)], 0)
  verifier.there([event(1, change)], 0)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 1, pending: 0 })
  expect(verifier.verification.disagreements).toEqual([{ verdict: 'differs', here: event(1), there: event(1, change) }])
})

test.each(['open_time', 'level', 'price'] as const)('pivots differ by their %s', field => {
  const other = { ...pivot, [field]: pivot[field] + 1 }
  expect(fingerprint(event(1, { pivots: [pivot, other] }))).not.toBe(fingerprint(event(1, { pivots: [pivot, pivot] })))
})

test('one side alone is waited for ten seconds, then counts, and is forgiven when the other turns up', () => {
  const verifier = new Verifier(0)
  verifier.here([event(1)], 0)
  verifier.there([event(2)], 0)
  verifier.settle(9_999)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 0, pending: 2 })
  verifier.settle(10_000)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 2, pending: 0 })
  expect(verifier.verification.disagreements.map(d => d.verdict)).toEqual(['missing_here', 'missing_there'])
  verifier.there([event(1)], 20_000)
  expect(counts(verifier)).toEqual({ agree: 1, disagree: 1, pending: 0 })
})

test('a connection that was away gives the lonely their time anew', () => {
  const verifier = new Verifier(0)
  verifier.here([event(1)], 0)
  verifier.extend(60_000)
  verifier.settle(69_999)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 0, pending: 1 })
})

test('what the browser does not recompute is listed and not counted', () => {
  const verifier = new Verifier(0)
  verifier.there([event(1, { kind: 'weather.rain' })], 0)
  verifier.settle(1e9)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 0, pending: 0 })
  expect(verifier.take().map(e => e.verdict)).toEqual(['outside'])
})

test('counts go on while memory stays bounded', () => {
  const verifier = new Verifier(0)
  for (let n = 0; n < 10_000; n++) {
    verifier.here([event(n)], n)
    verifier.there([event(n)], n)
  }
  expect(counts(verifier)).toEqual({ agree: 10_000, disagree: 0, pending: 0 })
  expect(verifier.take().length).toBeLessThanOrEqual(4_000)
  expect(verifier.verification.latest[0]?.open_time).toBe(9_999 * 60_000)
})
