import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cut, walk } from './candles.ts'
import { type Host, type Question, startOrigin, startWorker, until } from './hosts.ts'

const bars = walk(8, 900)
const first = 800 // bars before the test; the rest close during it
const series = 'market=ingest:TEST&interval=1h'

/** Stands between Worker and origin, counts, and can be taken away. */
class Between {
  readonly asked: string[] = []
  down = false
  readonly #server: Server

  constructor(to: string) {
    const { hostname, port } = new URL(to)
    this.#server = createServer((incoming, outgoing) => {
      this.asked.push(incoming.url!)
      if (this.down) return void incoming.socket.destroy()
      const { url: path, method, headers } = incoming
      const sent = request({ hostname, port, path, method, headers, agent: false }, answer => {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(outgoing)
      })
      incoming.pipe(sent)
    })
  }

  async start(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** What has been asked since the last time. */
  take(): string[] {
    return this.asked.splice(0)
  }
}

let origin: Host
let between: Between
let worker: Host

async function ingest(from: number, to: number): Promise<void> {
  const body = JSON.stringify({ market: 'ingest:TEST', interval: '1h', candles: cut(bars, from, to) })
  const reply = await origin.ask({
    method: 'POST',
    path: '/api/v1/candles',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect([reply.status, JSON.parse(reply.body.toString()).accepted]).toEqual([200, to - from])
  const newest = { path: `/api/v1/candles?${series}&limit=1` }
  await until('what was accepted is committed', async () => {
    const { candles } = JSON.parse((await origin.ask(newest)).body.toString())
    return candles.open_time[0] === bars.open_time[to - 1]
  })
}

beforeAll(async () => {
  origin = await startOrigin({ WATCH: 'ingest:TEST:1h', OPEN_WRITE: 'true', RATE: '0' })
  await ingest(0, first)
  between = new Between(origin.url)
  worker = await startWorker({ ORIGIN_URL: await between.start() })
})
afterAll(async () => {
  between?.stop()
  await Promise.all([worker?.stop(), origin?.stop()])
})

const get = (path: string, headers: Record<string, string> = {}): Question => ({
  path: `/api/v1/signals/${path}`,
  headers: { 'accept-encoding': 'identity', 'x-request-id': 'same', ...headers },
})

test.each([
  ['readings', get(`cipher?${series}&limit=300`), true],
  ['readings of the newest bar', get(`cipher?${series}&limit=1&fields=rsi,buy`), true],
  ['readings before a time', get(`cipher?${series}&limit=20&before=${bars.open_time[400]}`), true],
  ['lines', get(`cipher?${series}&limit=30`, { accept: 'application/x-ndjson' }), true],
  ['columns', get(`cipher?${series}&limit=30`, { accept: 'application/octet-stream' }), true],
  ['readings of other parameters', get(`cipher?${series}&limit=30&rsi_period=9`), false],
  ['a profile', get(`volume?${series}`), true],
  ['a rolling profile', get(`volume?${series}&range=rolling:100&developing=true&limit=200`), true],
  ['sessions', get(`volume?${series}&range=session:Europe/Berlin@08:00&limit=400`), true],
  ['a fixed range', get(`volume?${series}&range=fixed:${bars.open_time[100]}-${bars.open_time[300]}`), false],
  ['a market nobody watches', get('cipher?market=ingest:OTHER&interval=1h'), false],
  ['no market', get('cipher?interval=1h'), false],
  ['a limit that is none', get(`cipher?${series}&limit=0`), false],
  ['an unknown parameter', get(`cipher?${series}&speed=3`), false],
  ['what only the origin knows', get(`events?${series}`), false],
])('gives %s as the origin does', async (_, q, computed) => {
  between.take()
  const [edge, home] = await Promise.all([worker.ask(q), origin.ask(q)])
  expect([edge.status, edge.headers['content-type'], edge.headers['cache-control']]).toEqual([
    home.status,
    home.headers['content-type'],
    home.headers['cache-control'],
  ])
  expect(edge.body.equals(home.body), `${edge.body.subarray(0, 500)}\n${home.body.subarray(0, 500)}`).toBe(true)
  expect(!between.take().includes(q.path)).toBe(computed)
})

test('asks the origin for what has changed alone', async () => {
  const q = get(`cipher?${series}&limit=77`)
  await worker.ask(q)
  between.take()
  await until('a second has passed', async () => {
    between.take()
    await worker.ask(q)
    return between.asked.length === 1
  })
  expect(between.take()).toEqual(['/api/v1/candles?interval=1h&limit=1&market=ingest%3ATEST'])
  await ingest(first, first + 1)
  const home = await origin.ask(q)
  await until('the new bar is told', async () => (await worker.ask(q)).body.equals(home.body))
  expect(between.take().filter(path => path.includes('limit=77')).length).toBe(1)
})

test('goes on with what it knows while the origin is down, and says so', async () => {
  const q = get(`cipher?${series}&limit=40`)
  const well = await worker.ask(q)
  expect(well.headers['quantum-stale']).toBeUndefined()
  between.down = true
  try {
    await until('it is stale', async () => (await worker.ask(q)).headers['quantum-stale'] !== undefined)
    const stale = await worker.ask(q)
    expect(Number(stale.headers['quantum-stale'])).toBeGreaterThan(0)
    expect(stale.body.equals(well.body)).toBe(true)
    const unknown = await worker.ask(get(`cipher?${series}&limit=41`))
    expect([unknown.status, unknown.headers['retry-after'], JSON.parse(unknown.body.toString()).code]).toEqual([
      503,
      '2',
      'unavailable',
    ])
    const passed = await worker.ask({ path: '/api/v1/markets' })
    expect([passed.status, passed.headers['retry-after'], JSON.parse(passed.body.toString()).code]).toEqual([
      503,
      '2',
      'unavailable',
    ])
  } finally {
    between.down = false
  }
  await until('it is well again', async () => (await worker.ask(q)).headers['quantum-stale'] === undefined)
})

test('passes other methods and paths on as they are', async () => {
  const headers = { 'accept-encoding': 'identity', 'x-request-id': 'same' }
  for (const q of [
    { method: 'PUT', path: '/api/v1/signals/cipher', headers },
    { path: '/api/v1/openapi.yaml', headers },
    { path: '/nothing?at=all', headers },
  ]) {
    const [edge, home] = await Promise.all([worker.ask(q), origin.ask(q)])
    expect([q.path, edge.status, edge.headers.allow]).toEqual([q.path, home.status, home.headers.allow])
    // workerd asks for gzip by itself; Cloudflare's front undoes it for clients that did not
    const body = edge.headers['content-encoding'] === 'gzip' ? gunzipSync(edge.body) : edge.body
    expect(body.toString()).toBe(home.body.toString())
  }
})

test('reaches the origin through a service binding', async () => {
  const asked: string[] = []
  const bound = await startWorker(
    {},
    {
      serviceBindings: {
        async ORIGIN(request: Request) {
          const { pathname, search } = new URL(request.url)
          asked.push(pathname)
          return fetch(new URL(pathname + search, origin.url))
        },
      },
    },
  )
  try {
    const q = get(`cipher?${series}&limit=10`)
    const [edge, home] = await Promise.all([bound.ask(q), origin.ask(q)])
    expect(edge.body.toString()).toBe(home.body.toString())
    expect((await bound.ask({ path: '/api/v1/markets' })).status).toBe(200)
    expect(asked).toEqual(['/api/v1/candles', '/api/v1/candles', '/api/v1/signals/snapshot', '/api/v1/markets'])
  } finally {
    await bound.stop()
  }
})

test('passes an upgrade to a WebSocket through', async () => {
  const straight = await startWorker({ ORIGIN_URL: origin.url })
  try {
    expect(await pinged(straight.url)).toBe('hi')
  } finally {
    await straight.stop()
  }
})

/** Opens a WebSocket, pings, and returns what comes back. */
function pinged(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: '/api/v1/ws', headers, agent: false })
    sent.on('error', reject)
    sent.on('response', answer => reject(new Error(`answered ${answer.statusCode}`)))
    sent.on('upgrade', (_, socket, head) => {
      let got = head
      socket.on('data', part => {
        got = Buffer.concat([got, part])
        const at = got.indexOf(Buffer.from([0x8a, 2]))
        if (at < 0) return
        resolve(got.subarray(at + 2, at + 4).toString())
        socket.destroy()
      })
      socket.on('close', () => reject(new Error(`closed after ${got.toString('latin1')}`)))
      socket.write(Buffer.from([0x89, 0x82, 0, 0, 0, 0, 0x68, 0x69])) // a ping of "hi", its mask 0
    })
    sent.end()
  })
}
