import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { binary, walk } from './candles.ts'
import { type Host, type Question, type Reply, startGoRoad, startWorker } from './hosts.ts'

const candles = walk(5, 120)
const plain: Question = {
  method: 'POST',
  path: '/api/v1/signals/cipher',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ candles, interval: '1h', fields: ['rsi'] }),
}
const odd: Question = { ...plain, body: JSON.stringify({ candles, interval: '1h', fields: [] }) }

const roadOf = ({ headers }: Reply) => (String(headers['server-timing']).includes('"fast"') ? 'fast' : 'go')

/** An answer without what differs between two that are the same. */
function told({ status, headers, body }: Reply): unknown {
  const { date, connection, 'server-timing': _, 'transfer-encoding': __, 'content-length': ___, ...rest } = headers
  return { status, ...rest, body: body.toString() }
}

describe('a Worker alone', () => {
  let worker: Host
  beforeAll(async () => {
    worker = await startWorker()
  })
  afterAll(() => worker.stop())

  test('tells the steps and the road of an answer', async () => {
    for (const [q, road] of [
      [plain, 'fast'],
      [odd, 'go'],
    ] as const) {
      const { 'server-timing': steps } = (await worker.ask(q)).headers
      expect(steps).toMatch(
        new RegExp(`^decode;dur=[\\d.]+, compute;dur=[\\d.]+, encode;dur=[\\d.]+, road;desc="${road}"$`),
      )
    }
  })

  test('answers many requests at once', async () => {
    const [first, other] = await Promise.all([worker.ask(plain), worker.ask(odd)])
    const replies = await Promise.all(Array.from({ length: 24 }, (_, i) => worker.ask(i % 3 === 2 ? odd : plain)))
    for (const [i, reply] of replies.entries()) expect(reply.body).toEqual((i % 3 === 2 ? other : first)!.body)
  })

  test('answers large bodies', async () => {
    const many = walk(6, 50_000)
    const columns = { 'content-type': 'application/octet-stream', accept: 'application/octet-stream' }
    const reply = await worker.ask({
      ...plain,
      path: `${plain.path}?interval=1h&fields=rsi,buy`,
      headers: columns,
      body: binary(many),
    })
    expect([reply.status, reply.body.length, roadOf(reply)]).toEqual([200, 3 * 8 * 50_000, 'fast'])
  })

  test('has no origin for what it does not know', async () => {
    const reply = await worker.ask({ path: '/api/v1/markets' })
    expect([reply.status, JSON.parse(reply.body.toString()).code]).toEqual([404, 'not_found'])
  })
})

describe('a Worker with bounds, keys and pages', () => {
  const key = 'qk_a-key_1'
  const page = 'https://app.example'
  const bindings = {
    MAX_BODY: '100000',
    MAX_BARS: '200',
    KEYS: `00, ${createHash('sha256').update(key).digest('hex')}`,
    ORIGINS: `https://other.example,${page}`,
  }
  let worker: Host
  let goRoad: Host
  beforeAll(async () => {
    ;[worker, goRoad] = await Promise.all([startWorker(bindings), startGoRoad(bindings)])
  })
  afterAll(() => Promise.all([worker.stop(), goRoad.stop()]))

  const asked = (q: Question, more: Record<string, string>) => ({
    ...q,
    headers: { ...q.headers, 'x-request-id': 'same', ...more },
  })

  test.each([
    ['a key', 'fast', { authorization: `Bearer ${key}` }],
    ['a key, for a page', 'fast', { authorization: `Bearer ${key}`, origin: page }],
    ['a key, for a page that is not listed', 'go', { authorization: `Bearer ${key}`, origin: 'https://evil.example' }],
    ['no key', 'go', {}],
    ['another key', 'go', { authorization: 'Bearer qk_another' }],
    ['another scheme', 'go', { authorization: `Basic ${key}` }],
  ])('judges %s alike on both roads', async (_, road, headers) => {
    const q = asked(plain, headers)
    const [reply, go] = await Promise.all([worker.ask(q), goRoad.ask(q)])
    expect(told(reply)).toEqual(told(go))
    expect(reply.status).toBe(
      'authorization' in headers &&
        headers.authorization.endsWith(` ${key}`) &&
        headers.authorization.startsWith('Bearer')
        ? 200
        : 401,
    )
    expect(roadOf(reply)).toBe(road)
  })

  test('refuses what is too much', async () => {
    const allowed = { authorization: `Bearer ${key}` }
    for (const [body, status] of [
      [JSON.stringify({ candles: walk(7, 201), interval: '1h' }), 422],
      [`${' '.repeat(100_001)}{}`, 413],
    ] as const) {
      const q = asked({ ...plain, body }, allowed)
      const [reply, go] = await Promise.all([worker.ask(q), goRoad.ask(q)])
      expect(reply.status).toBe(status)
      expect(told(reply)).toEqual(told(go))
    }
  })

  test('lets listed pages ask', async () => {
    const preflight = {
      method: 'OPTIONS',
      path: plain.path,
      headers: {
        origin: page,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    }
    const { status, headers } = await worker.ask(preflight)
    expect([status, headers['access-control-allow-origin'], headers['access-control-allow-headers']]).toEqual([
      204,
      page,
      'authorization,content-type',
    ])
  })
})
