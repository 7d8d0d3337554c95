// What a request costs on workerd, and how many a second it takes: the fast
// road, the Go road, a Worker on the fastest npm package, and the floor.
//   node main.mjs [-quick]

import { readdirSync, readFileSync } from 'node:fs'
import { Miniflare } from 'miniflare'
import { binary, walk } from '../test/candles.ts'
import { ask, type Host, type Question, startGoRoad, startWorker } from '../test/hosts.ts'
import { dist } from '../test/places.ts'

const quick = process.argv.includes('-quick')
const spend = quick ? 150 : 1200 // ms a cell
const fields = ['wt1', 'wt2', 'mf', 'rsi', 'stoch_k', 'stoch_d', 'stc']
const octets = 'application/octet-stream'
const path = '/api/v1/signals/cipher'

const forms: [string, number, Question][] = [
  ...[1, 500, 5000].map(n => ['JSON', n, json(n, { fields, events: false })] as [string, number, Question]),
  ...[1, 500, 5000].map(n => ['JSON, all', n, json(n, {})] as [string, number, Question]),
  ...[500, 5000, 50_000].map(n => ['binary', n, columns(n)] as [string, number, Question]),
]

function json(n: number, more: object): Question {
  const body = JSON.stringify({ interval: '1h', candles: candles(n), ...more })
  return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body }
}

function columns(n: number): Question {
  const headers = { 'content-type': octets, accept: octets }
  return { method: 'POST', path: `${path}?interval=1h&fields=${fields.join()}`, headers, body: binary(candles(n)) }
}

/** Prices in whole cents, as markets have them. */
function candles(n: number) {
  const c = walk(11, n, 30_000)
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
    c[name] = c[name].map(v => Math.round(v * 100) / 100)
  c.high = c.high.map((v, i) => Math.max(v, c.open[i]!, c.close[i]!))
  c.low = c.low.map((v, i) => Math.min(v, c.open[i]!, c.close[i]!))
  return c
}

async function script(name: string): Promise<Host> {
  const worker = new Miniflare({
    modules: true,
    script: readFileSync(`${dist}/bench/${name}.js`, 'utf8'),
    compatibilityDate: '2026-04-01',
    cf: false,
    telemetry: { enabled: false },
  })
  const url = (await worker.ready).href

  return { url, ask: q => ask(url, q), stop: () => worker.dispose() }
}

const contestants: [string, () => Promise<Host>][] = [
  ['floor', () => script('floor')],
  ['fast road', () => startWorker()],
  ['npm package', () => script('package')],
  ['Go road', () => startGoRoad()],
]

/** The workerd this process has started last. */
function workerd(): number {
  const mine = readdirSync('/proc').filter(
    pid => /^\d+$/.test(pid) && /\(workerd\) \S (\d+)/.exec(stat(pid))?.[1] === String(process.pid),
  )
  return Math.max(...mine.map(Number))
}

function stat(pid: string | number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

/** CPU time of a process in milliseconds: user and system, in ticks of 10. */
function cpu(pid: number): number {
  const cells = stat(pid)
    .slice(stat(pid).lastIndexOf(')') + 2)
    .split(' ')
  return 10 * (Number(cells[11]) + Number(cells[12]))
}

const ms = (v: number) => v.toFixed(v < 10 ? 2 : 1)

process.stdout.write(
  '| form | candles | Worker | CPU ms | of the floor | best ms | median ms | requests/s | bytes |\n|---|---|---|---|---|---|---|---|---|\n',
)
const floors = new Map<string, number>()
for (const [name, start] of contestants) {
  const host = await start()
  const pid = workerd()
  for (const [form, n, q] of forms) {
    if (form === 'JSON, all' && (name === 'npm package' || name === 'floor')) continue
    const first = await host.ask(q)
    if (first.status !== 200)
      throw new Error(`${name}, ${form} of ${n}: ${first.status} ${first.body.subarray(0, 300)}`)
    for (let i = 0; i < (quick || name === 'Go road' ? 2 : 30); i++) await host.ask(q)
    const times: number[] = []
    const before = cpu(pid)
    const began = performance.now()
    while (performance.now() - began < spend || times.length < 3) {
      const from = performance.now()
      await host.ask(q)
      times.push(performance.now() - from)
    }
    const used = (cpu(pid) - before) / times.length
    times.sort((a, b) => a - b)
    const until = performance.now() + spend
    const started = performance.now()
    let done = 0
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (performance.now() < until) {
          await host.ask(q)
          done++
        }
      }),
    )
    const rate = (1000 * done) / (performance.now() - started)
    const key = `${form} ${n}`
    if (name === 'floor') floors.set(key, used)
    const floor = floors.get(key)
    process.stdout.write(
      `| ${form} | ${n} | ${name} | ${ms(used)} | ${floor ? `${(used / floor).toFixed(2)}×` : ''} | ${ms(times[0]!)} | ${ms(times[times.length >> 1]!)} | ${rate.toFixed(0)} | ${first.body.length} |\n`,
    )
  }
  await host.stop()
}
