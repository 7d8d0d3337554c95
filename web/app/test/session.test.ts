import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { EngineEvent, FeedEntry, Phase, Tell, Verification } from '../src/protocol.ts'
import { Api } from '../src/worker/api.ts'
import { Engine } from '../src/worker/engine.ts'
import { Session } from '../src/worker/session.ts'
import { interval, market, Origin } from './origin.ts'

vi.stubGlobal('WebSocket', WebSocket) // Node 20 has none; in the page it is the browser's

/** What a page would have drawn of a session. */
class Drawn {
  readonly session: Session
  times: number[] = []
  events: EngineEvent[] = []
  feed: FeedEntry[] = []
  phase: Phase['name'] | undefined
  phases: string[] = []
  verification: Verification | undefined
  forming: number | null = null
  failure: unknown

  constructor(origin: Origin, engine: Engine) {
    this.session = new Session({
      market,
      interval,
      last: origin.bars.at(-1)?.open_time,
      api: new Api(new URL('/api/v1/', origin.url)),
      engine,
      socket: new URL('/api/v1/ws', origin.url),
      tell: message => this.#take(message),
      failed: error => {
        this.failure = error
      },
    })
  }

  get counts() {
    const { agree = 0, disagree = 0, pending = 0 } = this.verification ?? {}
    return { agree, disagree, pending }
  }

  #take(message: Tell): void {
    if (message.type === 'phase') {
      this.phase = message.phase.name
      this.phases.push(message.phase.name)
    }
    if (message.type === 'series') {
      this.times = []
      this.events = []
    }
    if (message.type === 'series' || message.type === 'bars') {
      this.times.push(...message.bars.open_time)
      this.events.push(...message.events)
      this.forming = message.forming?.open_time ?? null
    }
    if (message.type === 'feed') this.feed.push(...message.entries)
    if (message.type === 'verification') this.verification = message.verification
  }
}

let origin: Origin
let drawn: Drawn
const engine = await Engine.load()

const until = (check: () => void) => vi.waitFor(check, { timeout: 25_000, interval: 5 })
const times = (from: number) => origin.bars.slice(from).map(b => b.open_time)
const committed = (from: number, engine = '') =>
  origin.events.filter(e => e.open_time >= origin.bars[from]!.open_time && e.kind.startsWith(engine)).length

async function open(): Promise<void> {
  drawn = new Drawn(origin, engine)
  await drawn.session.start()
  expect(drawn.failure).toBeUndefined()
}

beforeEach(async () => {
  origin = await Origin.listen(2_500)
})

afterEach(async () => {
  drawn.session.close()
  await origin.stop()
})

test('a series begins at the checkpoint before the bars wanted, and every event since agrees', async () => {
  await open()
  const first = 448 // 2,500 bars less 2,000, and back to a multiple of 64
  expect(drawn.times).toEqual(times(first))
  expect(drawn.counts).toEqual({ agree: committed(first), disagree: 0, pending: 0 })
  expect(committed(first, 'cipher')).toBeGreaterThan(500)
  expect(committed(first, 'volume')).toBeGreaterThan(0)
  expect(drawn.phase).toBe('ready')
  expect(drawn.feed.filter(e => e.verdict === 'outside')).toHaveLength(0)
})

test('volume events behind an old checkpoint, which has no volume engine, are only listed', async () => {
  origin.old = true
  await open()
  expect(drawn.counts).toEqual({ agree: committed(448, 'cipher'), disagree: 0, pending: 0 })
  expect(drawn.feed.filter(e => e.verdict === 'outside')).toHaveLength(committed(448, 'volume'))
})

test('a young series is recomputed from its first bar, volume events too', async () => {
  await origin.stop()
  origin = await Origin.listen(50)
  await open()
  for (let i = 0; i < 20; i++) origin.close()
  await until(() => expect(drawn.times).toEqual(times(0)))
  await until(() => expect(drawn.counts).toEqual({ agree: committed(0, ''), disagree: 0, pending: 0 }))
  expect(committed(0, 'volume')).toBeGreaterThan(0)
})

test('bars and events go on without a hole, through a cut too', async () => {
  await open()
  for (let i = 0; i < 40; i++) origin.close()
  await until(() => expect(drawn.times).toEqual(times(448)))
  origin.cut()
  for (let i = 0; i < 40; i++) origin.close()
  await until(() => expect(drawn.times).toEqual(times(448)))
  await until(() => expect(drawn.counts).toEqual({ agree: committed(448), disagree: 0, pending: 0 }))
  expect(origin.requests.filter(path => path.endsWith('/snapshot'))).toHaveLength(1)
})

test('what closes between the snapshot and the subscription is not lost', async () => {
  drawn = new Drawn(origin, engine)
  const started = drawn.session.start()
  for (let i = 0; i < 10; i++) {
    origin.close()
    await new Promise(setImmediate)
  }
  await started
  await until(() => expect(drawn.times).toEqual(times(448)))
  await until(() => expect(drawn.counts).toEqual({ agree: committed(448), disagree: 0, pending: 0 }))
})

test('an event changed on its way counts as a disagreement', async () => {
  await open()
  const tampered: string[] = []
  origin.tamper = event => {
    if (!event.kind.startsWith('cipher.')) return event
    tampered.push(`${event.kind} ${event.open_time}`)
    return { ...event, price: event.price + 0.01 }
  }
  while (tampered.length === 0) origin.close()
  await until(() => expect(drawn.counts.disagree).toBe(tampered.length))
  const differing = drawn.feed.filter(e => e.verdict === 'differs').map(e => `${e.kind} ${e.open_time}`)
  expect(differing.sort()).toEqual(tampered.sort())
})

test('a gap means starting over from a newer snapshot', async () => {
  await open()
  await until(() => expect(drawn.forming).toBe(origin.form().open_time))
  origin.close()
  origin.gap('bars')
  await until(() => expect(origin.requests.filter(path => path.endsWith('/snapshot'))).toHaveLength(2))
  await until(() => expect(drawn.phases.filter(p => p === 'ready')).toHaveLength(2))
  origin.close()
  await until(() => expect(drawn.times.at(-1)).toBe(origin.bars.at(-1)?.open_time))
  await until(() => expect(drawn.counts.disagree).toBe(0))
})

test('a gap of the source, where no message is missing, changes nothing', async () => {
  await open()
  await until(() => expect(drawn.forming).toBe(origin.form().open_time))
  origin.gap('bars', 'source')
  const bar = origin.close()
  await until(() => expect(drawn.times.at(-1)).toBe(bar.open_time))
  expect(drawn.phases.filter(p => p === 'ready')).toHaveLength(1)
  expect(origin.requests.filter(path => path.endsWith('/snapshot'))).toHaveLength(1)
})

test('the forming bar is peeked, and gone when it has closed', async () => {
  await open()
  await until(() => expect(drawn.forming).toBe(origin.form().open_time))
  const bar = origin.close()
  await until(() => expect(drawn.times.at(-1)).toBe(bar.open_time))
  expect(drawn.forming).toBeNull()
})

test('the profile is that of the bars asked for', async () => {
  await open()
  const bars = origin.bars.slice(-100)
  const profile = drawn.session.profile(bars[0]!.open_time, bars.at(-1)!.open_time, 24)
  expect(profile?.edges.length).toBe(25)
  expect(profile?.edges[0]).toBe(Math.min(...bars.map(b => b.low)))
  expect(profile?.edges[24]).toBe(Math.max(...bars.map(b => b.high)))
  expect(profile?.total).toBeCloseTo(
    bars.reduce((n, b) => n + b.volume, 0),
    6,
  )
  expect(drawn.session.profile(0, 1, 24)).toBeNull()
})
