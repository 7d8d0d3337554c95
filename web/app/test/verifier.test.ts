import { expect, test } from 'vitest'
import type { EngineEvent } from '../src/protocol.ts'
import { fingerprint, Verifier } from '../src/worker/verifier.ts'

const minute = 60_000
const event = (n: number, more: Partial<EngineEvent> = {}): EngineEvent => ({
  kind: 'cipher.buy',
  side: 'bull',
  open_time: n * minute,
  known_at: n * minute + minute,
  price: 430.1,
  pivots: [],
  levels: [],
  ...more,
})
const pivot = { open_time: 0, level: 61.2, price: 431 }
const counts = ({ verification: { agree, disagree, pending } }: Verifier) => ({ agree, disagree, pending })

test('events of both sides agree, whoever speaks first', () => {
  const verifier = new Verifier(0, ['cipher'])
  verifier.here([event(1), event(2)], 2 * minute, 0)
  verifier.there([event(2), event(3), event(1)], 0)
  verifier.here([event(3)], 3 * minute, 0)
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
  const verifier = new Verifier(0, ['cipher'])
  verifier.here([event(1)], minute, 0)
  verifier.there([event(1, change)], 0)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 1, pending: 0 })
  expect(verifier.verification.disagreements).toEqual([{ verdict: 'differs', here: event(1), there: event(1, change) }])
})

test.each(['open_time', 'level', 'price'] as const)('pivots differ by their %s', field => {
  const other = { ...pivot, [field]: pivot[field] + 1 }
  expect(fingerprint(event(1, { pivots: [pivot, other] }))).not.toBe(fingerprint(event(1, { pivots: [pivot, pivot] })))
})

test('an event the server does not send is missing once it has gone past the bar', () => {
  const verifier = new Verifier(0, ['cipher'])
  verifier.here([event(1), event(2)], 2 * minute, 0)
  verifier.there([event(1, { kind: 'cipher.sell' })], 0)
  verifier.here([event(1, { kind: 'cipher.sell' })], 2 * minute, 0)
  verifier.settle(1)
  expect(counts(verifier)).toEqual({ agree: 1, disagree: 0, pending: 2 })
  verifier.there([event(2)], 2)
  verifier.settle(2)
  expect(counts(verifier)).toEqual({ agree: 2, disagree: 1, pending: 0 })
  expect(verifier.verification.disagreements).toEqual([{ verdict: 'missing_there', here: event(1), there: null }])
})

test('a silent server is waited for fifteen seconds, and forgiven when it speaks after all', () => {
  const verifier = new Verifier(0, ['cipher'])
  verifier.here([event(1)], minute, 0)
  verifier.settle(14_999)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 0, pending: 1 })
  verifier.settle(15_000)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 1, pending: 0 })
  verifier.there([event(1)], 20_000)
  expect(counts(verifier)).toEqual({ agree: 1, disagree: 0, pending: 0 })
})

test('an event the browser does not find is missing once it has computed the bar, however long that takes', () => {
  const verifier = new Verifier(0, ['cipher'])
  verifier.there([event(2)], 0)
  verifier.here([], minute, 0)
  verifier.settle(1e9)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 0, pending: 1 })
  verifier.here([], 2 * minute, 0)
  verifier.settle(0)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 1, pending: 0 })
  expect(verifier.verification.disagreements).toEqual([{ verdict: 'missing_here', here: null, there: event(2) }])
})

test('a connection that was away gives the server its time anew', () => {
  const verifier = new Verifier(0, ['cipher'])
  verifier.here([event(1)], minute, 0)
  verifier.extend(60_000)
  verifier.settle(74_999)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 0, pending: 1 })
})

test('what the browser does not recompute is listed and not counted', () => {
  const verifier = new Verifier(0, ['cipher'])
  verifier.there([event(1, { kind: 'volume.poc_shift' })], 0)
  verifier.settle(1e9)
  expect(counts(verifier)).toEqual({ agree: 0, disagree: 0, pending: 0 })
  expect(verifier.take().map(e => e.verdict)).toEqual(['outside'])
})

test('counts go on while memory stays bounded', () => {
  const verifier = new Verifier(0, ['cipher'])
  for (let n = 0; n < 10_000; n++) {
    verifier.here([event(n)], n * minute, n)
    verifier.there([event(n)], n)
  }
  expect(counts(verifier)).toEqual({ agree: 10_000, disagree: 0, pending: 0 })
  expect(verifier.take().length).toBeLessThanOrEqual(4_000)
  expect(verifier.verification.latest[0]?.open_time).toBe(9_999 * minute)
})
