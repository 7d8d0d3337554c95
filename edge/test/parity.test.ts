import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { number } from '../src/text.ts'
import { random } from './candles.ts'
import { type Case, randoms, table, vectors } from './cases.ts'
import { type Host, type Question, type Reply, startGoRoad, startOrigin, startWorker } from './hosts.ts'
import { dist } from './places.ts'

let worker: Host
let goRoad: Host
let origin: Host

beforeAll(async () => {
  ;[worker, goRoad, origin] = await Promise.all([startWorker(), startGoRoad(), startOrigin()])
})
afterAll(() => Promise.all([worker, goRoad, origin].map(host => host?.stop())))

/** What must be the same wherever a request is answered. */
const compared = [
  'content-type',
  'etag',
  'cache-control',
  'quantum-engine',
  'quantum-columns',
  'quantum-rows',
  'retry-after',
  'x-request-id',
]

function seen({ status, headers, body }: Reply): unknown {
  const text = body.length > 300 ? `${body.length} bytes, ${body.subarray(0, 300).toString('latin1')}` : body.toString()
  return { status, ...Object.fromEntries(compared.map(name => [name, headers[name]])), text }
}

async function compare({ name, road, q }: Case): Promise<void> {
  const question: Question = { ...q, headers: { 'accept-encoding': 'identity', ...q.headers, 'x-request-id': 'same' } }
  const replies = await Promise.all([worker, goRoad, origin].map(host => host.ask(question)))
  const [edge, go, home] = replies as [Reply, Reply, Reply]
  expect.soft(seen(edge), `${name}: Worker and origin`).toEqual(seen(home))
  expect.soft(seen(go), `${name}: Go road and origin`).toEqual(seen(home))
  expect.soft(edge.body.equals(home.body) && go.body.equals(home.body), `${name}: bytes`).toBe(true)
  expect.soft(roadOf(edge), `${name}: road`).toBe(road)
}

function roadOf({ headers }: Reply): string {
  return String(headers['server-timing'] ?? '').includes('road;desc="fast"') ? 'fast' : 'go'
}

async function all(cases: Case[]): Promise<void> {
  for (const one of cases) await compare(one)
}

test('the vector files give the same bytes on both roads and at the origin', () => all(vectors()))
test('valid, odd and hostile requests are answered alike', () => all(table()))
test('random requests are answered alike', () => all(randoms(1, 60)))

test('an answer that is known is not sent again', async () => {
  for (const { q } of [
    table()[0]!,
    table().find(c => c.name === 'columns in')!,
    table().find(c => c.name === 'volume')!,
  ]) {
    const headers = { 'accept-encoding': 'identity', ...q.headers }
    const { etag } = (await worker.ask({ ...q, headers })).headers
    for (const host of [worker, goRoad, origin]) {
      const again = await host.ask({ ...q, headers: { ...headers, 'if-none-match': String(etag) } })
      expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0])
    }
  }
})

test('numbers are printed as the origin prints them', () => {
  const next = random(7)
  const values = [
    0,
    -0,
    1e21,
    1e-7,
    1e-6,
    123456789012345680000,
    5e-324,
    1.7976931348623157e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    1e15,
    1e20,
    -1e-10,
  ]
  const bits = new Uint32Array(2)
  const float = new Float64Array(bits.buffer)
  for (let i = 0; i < 200_000; i++) {
    bits.set([next() * 2 ** 32, next() * 2 ** 32])
    values.push(float[0]!, (next() - 0.5) * 10 ** Math.floor(next() * 44 - 22), Math.round(next() * 1e9) / 1e4)
  }
  const column = Float64Array.from(values)
  const { stdout } = spawnSync(`${dist}/print`, { input: new Uint8Array(column.buffer), maxBuffer: 1 << 28 })
  const lines = stdout.toString().trimEnd().split('\n')
  expect(lines.length).toBe(values.length)
  const differing = values.filter((v, i) => number(v) !== lines[i])
  expect(differing).toEqual([])
})
