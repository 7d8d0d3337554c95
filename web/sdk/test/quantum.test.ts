import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineError, intervalMs, Quantum } from '../src/index.ts'

const file = new URL('../../../wasm/quantum.wasm', import.meta.url)
const bytes = readFileSync(file)

describe('load', () => {
  test('takes an address, a response, bytes or a compiled module', async () => {
    const record = JSON.parse(readFileSync(new URL('../../../wasm/quantum.json', import.meta.url), 'utf8')) as {
      sha256: string
    }
    const response = new Response(bytes, { headers: { 'content-type': 'application/wasm' } })
    for (const source of [undefined, file, file.href, bytes, response]) {
      expect((await Quantum.load(source)).sha256).toBe(record.sha256)
    }
    const module = await WebAssembly.compile(bytes)
    expect((await Quantum.load(module)).sha256).toBeUndefined()
    expect(new Quantum({ module, sha256: record.sha256 }).version).toBe((await Quantum.load()).version)
  })

  test('refuses what is no module of this version', async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
    await expect(Quantum.load(empty)).rejects.toMatchObject({ code: 'unsupported' })
    await expect(Quantum.load(new Response('', { status: 404 }))).rejects.toThrow('answered 404')
  })
})

test('the catalog names every parameter once, and every column', async () => {
  const { catalog, names, version } = await Quantum.load()
  for (const c of [catalog.cipher, catalog.volume]) {
    expect(c.version).toBe(version)
    expect(new Set(c.params.map(p => p.name)).size).toBe(c.params.length)
  }
  expect(catalog.cipher.params.length).toBe(65)
  expect([...names.readings, ...names.flags].sort()).toEqual([...catalog.cipher.columns].sort())
  expect(names.flags.slice(0, 3)).toEqual(['wt_pivot_high', 'wt_pivot_low', 'wt2nd_pivot_high'])
  expect(names.flags.length).toBe(56)
})

interface Sentence {
  Code: EngineError['code']
  Rule: EngineError['rule']
  Field: string
  Text: string
  Index: number
  Value: number | string
  Low: number | string
  High: number | string
  Says: string
}

describe('refusals', () => {
  test('say what the native engine says', () => {
    const golden = readFileSync(new URL('../../../wasm/testdata/sentences.json', import.meta.url), 'utf8')
    for (const s of JSON.parse(golden) as Sentence[]) {
      const error = new EngineError({
        code: s.Code,
        rule: s.Rule,
        field: s.Field,
        text: s.Text,
        index: s.Index,
        value: Number(s.Value),
        low: Number(s.Low),
        high: Number(s.High),
      })
      expect(error.message).toBe(s.Says)
    }
  })

  test.each([
    [{ rsi_period: 0 }, 'rsi_period is 0, must be a whole number from 1 to 1000'],
    [{ rsi_period: 14.5 }, 'rsi_period is 14.5, must be a whole number from 1 to 1000'],
    [{ stoch_log: 2 }, 'stoch_log is 2, must be 0 or 1'],
    [{ mf_multiplier: 0 }, 'mf_multiplier is 0, must be above 0 and at most 1000000'],
    [{ diamond1_minutes: 7 }, 'diamond1_minutes is 7, must be 0 or a divisor of 1440'],
    [{ stc_fast_period: 50 }, 'stc_fast_period is 50, must be below 50'],
    [{ rsi: 14 }, 'rsi is not a known name'],
    [{ preset: 'new' as 'classic' }, 'preset is NaN, must be one of quantum, classic'],
    [{ ribbon_periods: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, 'ribbon_period9 is not a known name'],
  ])('%j: %s', async (params, says) => {
    const q = await Quantum.load()
    expect(() => q.cipherStream({ interval: '1m', params })).toThrow(says)
    expect(() => q.cipherStream({ interval: '1m', params })).toThrow(EngineError)
  })

  test('name what is wrong with an interval or a snapshot', async () => {
    const q = await Quantum.load()
    const says = (given: string) =>
      `interval is "${given}", must be a whole number of s, m, h, d or w from 1s to 4w, as in 15m`
    expect(() => q.cipherStream({ interval: '0m' })).toThrow(says('0m'))
    expect(() => q.cipherStream({ interval: 1500 })).toThrow(says('1500 ms'))
    expect(() => q.cipherStream({ interval: '5w' })).toThrow(says('3024000000 ms'))
    expect(() => q.cipherStream({ snapshot: Uint8Array.of(1, 2, 3) })).toThrow(
      expect.objectContaining({ code: 'invalid_snapshot' }),
    )
    expect(intervalMs('4h')).toBe(14_400_000)
  })
})

test('a trap loses the streams and not the module', async () => {
  const running: WebAssembly.Instance[] = []
  const { Instance } = WebAssembly
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module) {
      super(module)
      running.push(this)
    }
  }
  onTestFinished(() => {
    WebAssembly.Instance = Instance
  })
  const q = await Quantum.load()
  const stream = q.cipherStream({ interval: '1m' })
  const bar = { open_time: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 }
  stream.next(bar)

  // No call is known to trap, so the module's own state is overwritten: its pointers lead nowhere.
  const { memory } = running[0]!.exports as { memory: WebAssembly.Memory }
  new Uint8Array(memory.buffer).fill(0x7f)
  const trapped = expect.objectContaining({ code: 'trapped' })
  expect(() => stream.next({ ...bar, open_time: 60_000 })).toThrow(trapped)
  expect(() => stream.peek(bar)).toThrow(trapped)
  stream.dispose()

  using next = q.cipherStream({ interval: '1m' })
  expect(next.next(bar).values.length).toBe(21)
  expect(running.length).toBe(2)
})
