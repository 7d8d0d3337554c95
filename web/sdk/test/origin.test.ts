import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type BarMessage, Live, type LiveOptions, type LiveState, type Message } from '../src/live.ts'
import { Origin } from './origin.ts'

// Against the real origin: what live.test.ts shows with a small server of its own holds with the true one.

const bars = 'bars:ingest:LIVE:1m'
const signals = 'signals:ingest:LIVE:1m'
const forever = { timeout: 30_000, interval: 5 }
let origin: Origin

beforeAll(async () => {
  origin = await Origin.start({ HUB_DRAIN: '3s', HUB_DRAIN_JITTER: '100ms' })
}, 300_000)

afterAll(() => origin?.close())

function client(options: LiveOptions = {}) {
  const states: LiveState[] = []
  const heard: Message[] = []
  const live = new Live(origin.url, {
    WebSocket: WebSocket as unknown as NonNullable<LiveOptions['WebSocket']>, // its own types are wider
    backoff: { first: 50, max: 500 },
    onState: state => states.push(state),
    ...options,
  })
  const seqs = (ch: string) =>
    heard
      .filter(m => m.ch === ch)
      .map(m => (m.t === 'gap' ? `gap ${m.from}-${m.to} ${m.why}` : m.t === 'snap' ? `snap ${m.seq}` : m.seq))
  const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  return { live, states, heard, seqs, count }
}

test('a client outlives a killed origin and a draining one, and hears everything once', async () => {
  const { live, states, heard, seqs, count } = client()
  live.subscribe(bars, m => heard.push(m))
  live.subscribe(signals, m => heard.push(m))
  live.subscribe('markets', m => heard.push(m))
  live.connect()
  await vi.waitFor(() => expect(heard.some(m => m.t === 'markets')).toBe(true), forever)
  await origin.push(120)
  await vi.waitFor(() => expect(seqs(bars)).toEqual(count(1, 120)), forever)

  await origin.end('SIGKILL')
  await origin.serve({ HUB_DRAIN: '3s', HUB_DRAIN_JITTER: '100ms' })
  await origin.push(120)
  await vi.waitFor(() => expect(seqs(bars)).toEqual(count(1, 240)), forever)
  expect(states.some(s => s.name === 'waiting' && s.code === 1006)).toBe(true)

  const connections = states.filter(s => s.name === 'connecting').length
  await origin.end('SIGTERM')
  expect(states.filter(s => s.name === 'connecting').length).toBeGreaterThan(connections) // moved before it was let go
  expect(states.some(s => s.name === 'waiting' && s.code === 4003)).toBe(false)
  await origin.serve()
  await origin.push(30)
  await vi.waitFor(() => expect(seqs(bars)).toEqual(count(1, 270)), forever)
  const events = seqs(signals)
  expect(events.length).toBeGreaterThan(10)
  expect(events).toEqual(count(1, events.length))
  const times = heard.filter(m => m.t === 'bar').map(m => (m as BarMessage).open_time)
  expect(new Set(times).size).toBe(270)
  live.close()
}, 120_000)

test('a gap of the source keeps the place, and a resume after it is proven', async () => {
  const first = client()
  const subscription = first.live.subscribe(bars, m => first.heard.push(m))
  first.live.connect()
  await vi.waitFor(() => expect(subscription.position).toBeDefined(), forever)
  const at = subscription.position?.seq ?? 0
  await origin.push(2)
  await origin.push(1, 5)
  await vi.waitFor(
    () => expect(first.seqs(bars)).toEqual([at + 1, at + 2, `gap ${at + 3}-${at + 2} source`, at + 3]),
    forever,
  )
  const since = subscription.position
  expect(since?.last).toBeDefined()
  first.live.close()
  await origin.push(2)
  const second = client()
  second.live.subscribe(bars, m => second.heard.push(m), since ? { since } : {})
  second.live.connect()
  await vi.waitFor(() => expect(second.seqs(bars)).toEqual([at + 4, at + 5]), forever)
  second.live.close()

  const third = client()
  third.live.subscribe(bars, m => third.heard.push(m), { since: { epoch: 'other', seq: 3, last: 'x' } })
  third.live.connect()
  await vi.waitFor(() => expect(third.seqs(bars)).toEqual([`gap 4-${at + 5} epoch`, `snap ${at + 5}`]), forever)
  third.live.close()
}, 60_000)

test('a token nobody knows ends it, another lets it in', async () => {
  const { live, states, heard } = client({ token: 'qk_nobody' })
  live.subscribe(bars, m => heard.push(m), { snap: true })
  live.connect()
  await vi.waitFor(() => expect(live.state).toMatchObject({ name: 'closed', code: 4500 }), forever)
  expect(states.map(s => s.name)).toEqual(['connecting', 'closed'])
  live.authorize('')
  live.connect()
  await vi.waitFor(() => expect(heard[0]?.t).toBe('snap'), forever)
  live.close()
}, 60_000)
