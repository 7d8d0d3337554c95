import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { walk } from './candles.ts'
import { type Question, type Reply, startWorker } from './hosts.ts'
import { dist } from './places.ts'
import { trapping } from './trapping.ts'

const bars = 13

function question(n: number): Question {
  const body = JSON.stringify({ candles: walk(9, n), interval: '1h', fields: ['rsi'], events: false })
  return { method: 'POST', path: '/api/v1/signals/cipher', headers: { 'content-type': 'application/json' }, body }
}

const roadOf = ({ headers }: Reply) => (String(headers['server-timing']).includes('"fast"') ? 'fast' : 'go')

test('a trap of the module costs no answer, and the next request has a new instance', async () => {
  const module = readFileSync(`${dist}/quantum.wasm`)
  const broken = await startWorker({}, {}, trapping(module, 'cipher', 5, bars))
  const whole = await startWorker()
  try {
    for (const n of [20, bars, 20, bars, bars, 21]) {
      const [reply, want] = await Promise.all([broken.ask(question(n)), whole.ask(question(n))])
      expect([n, reply.status, roadOf(reply)]).toEqual([n, 200, n === bars ? 'go' : 'fast'])
      expect(reply.body.toString()).toBe(want.body.toString())
    }
  } finally {
    await Promise.all([broken.stop(), whole.stop()])
  }
})
