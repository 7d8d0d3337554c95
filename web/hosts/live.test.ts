import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { Live } from '../sdk/src/live.ts'
import { Origin } from '../sdk/test/origin.ts'
import { Farewell } from './run/farewell.ts'
import { type Host, hosts } from './run/hosts.ts'
import { Reports } from './run/reports.ts'
import { serve } from './run/serve.ts'
import type { Heard } from './suite/live.ts'

// The live client as packed, in every host at once, against the real origin: all of them live through the same cuts.

const bars = 'bars:ingest:LIVE:1m'
const signals = 'signals:ingest:LIVE:1m'
const names = Object.keys(hosts)
const drain = { HUB_BEAT: '300ms', HUB_DRAIN: '2s', HUB_DRAIN_JITTER: '100ms' }
const patient = { timeout: 60_000, interval: 20 }

let pages: Awaited<ReturnType<typeof serve>>
let reports: Reports<Heard>
let origin: Origin
let running: Host[]

beforeAll(async () => {
  pages = await serve()
  reports = await Reports.open()
  origin = await Origin.start({ ...drain, ORIGINS: pages.url })
  running = await Promise.all(names.map(name => hosts[name]!(pages.url)))
}, 300_000)

afterAll(async () => {
  await Promise.all((running ?? []).map(host => host.close()))
  await origin?.close()
  await reports?.close()
  await pages?.close()
})

const count = (to: number) => Array.from({ length: to }, (_, i) => i + 1)

/** Waits until it holds of what every host has reported. */
function everywhere(fact: string, holds: (heard: Heard) => unknown): Promise<void> {
  return vi.waitFor(() => {
    const missing = names.filter(name => !holds(reports.of(name) ?? { states: [], channels: {}, reasons: [] }))
    const says = missing.map(name => `${name}: ${JSON.stringify(reports.of(name))}`)
    expect(says, fact).toEqual([])
  }, patient)
}

const has = (n: number) => (heard: Heard) => heard.channels[bars]?.at(-1) === n
const waited = (code: number) => (heard: Heard) => heard.states.includes(`waiting ${code}`)

test('every host outlives a killed, a frozen and a draining origin, and hears everything once and in order', async () => {
  const over = running.map(host =>
    host.ask({ do: 'listen', url: origin.url, channels: [bars, signals], report: reports.at(host.name) }),
  )
  await everywhere('subscribed', heard => heard.channels[bars] && heard.channels[signals])
  await origin.push(60)
  await everywhere('live messages after the snapshot', has(60))

  await origin.end('SIGKILL')
  await everywhere('a killed origin is noticed', waited(1006))
  await origin.serve({ ...drain, ORIGINS: pages.url })
  await origin.push(60)
  await everywhere('resumed after the origin was killed', has(120))

  origin.freeze()
  await everywhere('a frozen origin is given up', h => h.reasons.includes('nothing heard for 2000 ms'))
  origin.thaw()
  await origin.push(30)
  await everywhere('resumed after the origin was frozen', has(150))

  const connections = names.map(name => reports.of(name)!.states.filter(s => s === 'connecting').length)
  await origin.end('SIGTERM')
  await everywhere('moved when the origin drained', h => h.states.filter(s => s === 'connecting').length > 1)
  for (const [i, name] of names.entries()) {
    expect(reports.of(name)!.states.filter(s => s === 'connecting').length, name).toBeGreaterThan(connections[i]!)
  }
  await origin.serve({ ...drain, ORIGINS: pages.url })
  await origin.push(30)
  await everywhere('resumed after the drain', has(180))

  const events = await signalsStored()
  await everywhere('all events', heard => heard.channels[signals]?.at(-1) === events)
  reports.end()
  for (const [i, { channels, states }] of (await Promise.all(over)).entries()) {
    expect(channels, names[i]).toEqual({ [bars]: ['snap 0', ...count(180)], [signals]: ['snap 0', ...count(events)] })
    expect(states, names[i]).not.toContain('waiting 4003') // it had left by itself
    expect(states.at(-1)).toBe('closed 1000')
    process.stdout.write(`live ${names[i]}: 180 bars, ${events} events, once and in order; ${states.join(', ')}\n`)
  }
}, 300_000)

/** The number of the last event the origin has. */
function signalsStored(): Promise<number> {
  return new Promise(done => {
    const live = new Live(origin.url, { WebSocket: WebSocket as never }) // its own types are wider
    live.subscribe(
      signals,
      m => {
        live.close()
        if (m.t === 'snap') done(m.seq)
      },
      { snap: true },
    )
    live.connect()
  })
}

const returns = [1001, 1011, 1012, 4001, 4002, 4003, 4008, 4010, 4013, 4029]
const stays = [4500, 4503, 4504, 4505, 4506, 1003, 1007, 1009]

test('every host comes back after the close codes after which one does, and after no other', async () => {
  const farewell = await Farewell.open()
  try {
    const codes = [...returns, ...stays]
    await Promise.all(
      running.map(async host => {
        const urls = Object.fromEntries(codes.map(code => [code, farewell.at(host.name, code)]))
        const states = await host.ask({ do: 'farewells', urls })
        const want = codes.map(code => [
          code,
          returns.includes(code)
            ? ['connecting', 'live', `waiting ${code}`, 'connecting', 'live']
            : ['connecting', 'live', `closed ${code}`],
        ])
        // Bun may say 1000 of a close with 1001.
        if (host.name === 'Bun') states[1001] = states[1001]!.map(s => s.replace('1000', '1001'))
        expect(states, host.name).toEqual(Object.fromEntries(want))
        const refused = await host.ask({ do: 'farewells', urls: { origin: origin.url }, token: 'qk_nobody' })
        expect(refused, host.name).toEqual({ origin: ['connecting', 'closed 4500'] })
      }),
    )
    const wanted = names.flatMap(name => codes.map(code => [farewell.path(name, code), returns.includes(code) ? 2 : 1]))
    expect(farewell.connections).toEqual(Object.fromEntries(wanted))
  } finally {
    await farewell.close()
  }
}, 300_000)
