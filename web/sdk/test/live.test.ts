import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Channel, Live, type LiveError, type LiveOptions, type LiveState, type Message } from '../src/live.ts'
import { Hub } from './hub.ts'

const signals = 'signals:sim:BTCUSD:1m'
const bars = 'bars:sim:BTCUSD:1m'
const forming = 'forming:sim:BTCUSD:1m'

let hub: Hub
let live: Live
let states: LiveState['name'][]
const got: Message[] = []
const seqs = () => got.map(m => (m.t === 'gap' ? `gap ${m.from}-${m.to}` : m.t === 'snap' ? `snap ${m.seq}` : m.seq))

function client(options: LiveOptions = {}): Live {
  live = new Live(hub.url, {
    // The ws package's own types are wider than the standard's.
    WebSocket: WebSocket as unknown as NonNullable<LiveOptions['WebSocket']>,
    backoff: { first: 4, max: 20 },
    onState: ({ name }) => states.push(name),
    ...options,
  })
  return live
}

function listen(channel: Channel, options = {}): void {
  live.subscribe(channel, m => got.push(m), options)
}

const event = (n: number) => ({
  t: 'event',
  id: `e_${n}`,
  kind: 'cipher.buy',
  side: 'bull',
  open_time: n,
  known_at: n,
  price: n,
})
const until = (check: () => void) => vi.waitFor(check, { timeout: 25_000, interval: 2 })
const attached = (n: number) => until(() => expect(hub.subs()).toHaveLength(n))

beforeEach(async () => {
  hub = await Hub.listen()
  states = []
  got.length = 0
})

afterEach(async () => {
  vi.useRealTimers()
  live?.close()
  await hub.close()
})

describe('a connected client', () => {
  test('says hello with its token, then asks for its channels, then gets them in order', async () => {
    client({ token: 'k1', client: 'test/1' }).connect()
    listen(signals, { snap: true })
    await attached(1)
    for (let n = 1; n <= 3; n++) hub.publish(signals, event(n))
    await until(() => expect(seqs()).toEqual(['snap 0', 1, 2, 3]))
    expect(hub.operations[0]).toMatchObject({ op: 'hello', token: 'k1', client: 'test/1', join: true })
    expect(hub.operations[1]).toMatchObject({ op: 'sub', ch: signals, snap: true })
    expect(states).toEqual(['connecting', 'live'])
  })

  test('reads several messages from one frame, and passes over what it has', async () => {
    client().connect()
    listen(signals)
    await attached(1)
    const line = (n: number) => JSON.stringify({ ch: signals, epoch: 'e1', seq: n, ...event(n) })
    hub.tell(signals, line(1), line(2), line(1), line(2), '', line(3))
    await until(() => expect(seqs()).toEqual([1, 2, 3]))
    expect(hub.subs()).toHaveLength(1)
  })

  test('goes on after a position taken from elsewhere', async () => {
    for (let n = 1; n <= 5; n++) hub.publish(signals, event(n))
    client().connect()
    listen(signals, { since: { epoch: 'e1', seq: 2, last: 'e_2' } })
    await until(() => expect(seqs()).toEqual([3, 4, 5]))
    expect(hub.subs()[0]?.since).toEqual({ epoch: 'e1', seq: 2, last: 'e_2' })
  })

  test('asks again when a number is missing, and delivers everything once and in order', async () => {
    client().connect()
    listen(signals)
    await attached(1)
    hub.publish(signals, event(1))
    hub.publish(signals, event(2), { lose: true })
    hub.publish(signals, event(3))
    hub.publish(signals, event(4))
    await until(() => expect(seqs()).toEqual([1, 2, 3, 4]))
    expect(hub.subs()[1]?.since).toEqual({ epoch: 'e1', seq: 1, last: 'e_1' })
    expect(hub.subs()).toHaveLength(2)
  })

  test('asks again when a heartbeat names a head beyond what came', async () => {
    client().connect()
    listen(bars)
    await attached(1)
    hub.publish(bars, { t: 'bar', open_time: 60_000 })
    hub.publish(bars, { t: 'bar', open_time: 120_000 }, { lose: true })
    await until(() => expect(seqs()).toEqual([1]))
    hub.tellAll({ t: 'hb', now: 0, heads: { [bars]: 2 } })
    await until(() => expect(seqs()).toEqual([1, 2]))
    expect(hub.subs()[1]?.since).toEqual({ epoch: 'e1', seq: 1, last: '60000' })
  })

  test('delivers the correction of a bar it has, beside the sequence', async () => {
    client().connect()
    listen(bars)
    await attached(1)
    const line = (seq: number, corrects?: number) =>
      JSON.stringify({ t: 'bar', ch: bars, epoch: 'e1', seq, corrects, open_time: seq * 60_000, close: 1 })
    hub.tell(bars, line(1), line(2), line(1, 1), line(5, 5), line(1), line(3))
    await until(() => expect(seqs()).toEqual([1, 2, 1, 3]))
    expect(got[2]).toMatchObject({ corrects: 1 })
    expect(hub.subs()).toHaveLength(1)
  })

  test('takes a conflated forming bar without asking for those it stands for', async () => {
    client().connect()
    listen(forming)
    await attached(1)
    const line = (seq: number, from: number) => JSON.stringify({ t: 'forming', ch: forming, seq, from, open_time: 0 })
    hub.tell(forming, line(5, 1), line(9, 7), line(9, 7))
    await until(() => expect(seqs()).toEqual([5, 9]))
    expect(hub.subs()).toHaveLength(1)
  })

  test('puts the gap before anything newer when the epoch changes under it', async () => {
    client().connect()
    listen(signals)
    await attached(1)
    hub.publish(signals, event(1))
    await until(() => expect(seqs()).toEqual([1]))
    hub.epoch = 'e2'
    hub.empty(signals)
    for (let n = 1; n <= 3; n++) hub.publish(signals, event(n))
    await until(() => expect(seqs()).toEqual([1, 'gap 2-3', 'snap 3']))
    hub.publish(signals, event(4))
    await until(() => expect(seqs()).toEqual([1, 'gap 2-3', 'snap 3', 4]))
  })

  test('lets itself be heard when it was quiet for five seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    client().connect()
    listen(signals)
    await attached(1)
    vi.setSystemTime(Date.now() + 4_000)
    hub.publish(signals, event(1))
    await until(() => expect(seqs()).toEqual([1]))
    expect(hub.operations.some(o => o.op === 'ping')).toBe(false)
    vi.setSystemTime(Date.now() + 1_000)
    hub.tellAll({ t: 'hb', now: 0 })
    await until(() => expect(hub.operations.filter(o => o.op === 'ping')).toHaveLength(1))
  })

  test('drops a refused channel, and keeps the others', async () => {
    hub.refuse.set(signals, { code: 'forbidden', status: 403, msg: 'the key lacks read', retry: false })
    const errors: LiveError[] = []
    client().connect()
    listen(signals, { onError: (e: LiveError) => errors.push(e) })
    listen(bars)
    await attached(2)
    hub.publish(bars, { t: 'bar', open_time: 60_000 })
    await until(() => expect(seqs()).toEqual([1]))
    expect(errors.map(e => [e.code, e.channel, e.message])).toEqual([['forbidden', signals, 'the key lacks read']])
    hub.cut()
    await attached(3)
    expect(
      hub
        .subs()
        .slice(2)
        .map(o => o.ch),
    ).toEqual([bars])
  })

  test('asks later for a channel refused for now', async () => {
    hub.refuse.set(signals, { code: 'unavailable', status: 503, msg: 'busy', retry: true })
    client().connect()
    listen(signals)
    await until(() => expect(hub.subs().length).toBeGreaterThan(0)) // it may have asked again already
    const asked = hub.subs().length
    hub.refuse.clear()
    await until(() => expect(hub.subs().length).toBeGreaterThan(asked))
    hub.publish(signals, event(1))
    await until(() => expect(seqs()).toEqual([1]))
  })

  test('hears no more of a channel it left', async () => {
    client().connect()
    const subscription = live.subscribe(signals, m => got.push(m))
    listen(bars)
    expect(() => listen(bars)).toThrow('bars:sim:BTCUSD:1m is subscribed already')
    await attached(2)
    subscription.unsubscribe()
    await until(() => expect(hub.operations.at(-1)).toMatchObject({ op: 'unsub', ch: signals }))
    hub.publish(signals, event(1))
    hub.publish(bars, { t: 'bar', open_time: 60_000 })
    await until(() => expect(got.map(m => m.t)).toEqual(['bar']))
  })
})

describe('a client that lost its connection', () => {
  test.each([undefined, 1001, 1011, 1012, 4001, 4002, 4003, 4008, 4013, 4029])(
    'resumes without a hole after close code %s',
    async code => {
      client().connect()
      listen(signals)
      await attached(1)
      hub.publish(signals, event(1))
      await until(() => expect(seqs()).toEqual([1]))
      hub.cut(code)
      hub.publish(signals, event(2), { lose: true })
      await until(() => expect(seqs()).toEqual([1, 2]))
      hub.publish(signals, event(3))
      await until(() => expect(seqs()).toEqual([1, 2, 3]))
      expect(hub.subs()[1]?.since).toEqual({ epoch: 'e1', seq: 1, last: 'e_1' })
      expect(states).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live'])
    },
  )

  test('is told of the gap when the stream is not the one it knew', async () => {
    client().connect()
    listen(signals)
    await attached(1)
    hub.publish(signals, event(1))
    await until(() => expect(seqs()).toEqual([1]))
    hub.cut()
    hub.empty(signals)
    hub.publish(signals, event(7)) // seq 1 again, with another id
    await until(() => expect(seqs()).toEqual([1, 'gap 2-1', 'snap 1']))
  })

  test('drops its positions after 4010', async () => {
    client().connect()
    listen(signals, { since: { epoch: 'e1', seq: 0 } })
    await attached(1)
    hub.cut(4010)
    await attached(2)
    expect(hub.subs().map(o => o.since)).toEqual([{ epoch: 'e1', seq: 0 }, undefined])
  })

  test.each([4500, 4503, 4504, 4505, 4506, 1003, 1007, 1009])('does not come back after close code %i', async code => {
    client().connect()
    listen(signals)
    await attached(1)
    hub.cut(code)
    await until(() => expect(live.state).toMatchObject({ name: 'closed', code }))
    expect(states).toEqual(['connecting', 'live', 'closed'])
  })

  test('waits with full jitter, twice as long at most each time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] }) // stands still, so that the waits are exact
    const waits: number[] = []
    client({
      random: () => 0.5,
      onState: s => {
        if (s.name === 'waiting') waits.push((s.until - Date.now()) / 0.5)
      },
      WebSocket: class extends WebSocket {
        constructor() {
          super('ws://127.0.0.1:9') // discard: nobody listens
        }
      } as unknown as NonNullable<LiveOptions['WebSocket']>,
    }).connect()
    await until(() => expect(waits.slice(0, 5)).toEqual([4, 8, 16, 20, 20]))
  })

  test('gives up a silent connection', async () => {
    hub.mute = true
    client({ silence: 40 }).connect()
    await until(() => expect(hub.connections).toBeGreaterThan(1))
    hub.mute = false
    listen(signals)
    await attached(1)
    expect(states.slice(0, 3)).toEqual(['connecting', 'waiting', 'connecting'])
  })

  test('moves when the server drains, without waiting and without a hole', async () => {
    client().connect()
    listen(signals)
    await attached(1)
    hub.publish(signals, event(1))
    hub.tellAll({ t: 'drain', in: 20_000, jitter: 5 })
    await attached(2)
    hub.publish(signals, event(2))
    await until(() => expect(seqs()).toEqual([1, 2]))
    expect(states).toEqual(['connecting', 'live', 'connecting', 'live'])
  })

  test('stays away after close(), and comes back with connect()', async () => {
    client().connect()
    listen(signals)
    await attached(1)
    hub.publish(signals, event(1))
    await until(() => expect(seqs()).toEqual([1]))
    live.close()
    expect(states).toEqual(['connecting', 'live', 'closed'])
    hub.publish(signals, event(2))
    live.connect()
    await until(() => expect(seqs()).toEqual([1, 2]))
  })
})

test('a host without WebSocket is told so', () => {
  vi.stubGlobal('WebSocket', undefined)
  expect(() => new Live('http://127.0.0.1/')).toThrow('no WebSocket here: pass one in options.WebSocket')
  vi.unstubAllGlobals()
})
