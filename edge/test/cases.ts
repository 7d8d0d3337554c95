import { readFileSync } from 'node:fs'
import { binary, type Columns, cut, type names, of, random, rows, vector, walk } from './candles.ts'
import type { Question } from './hosts.ts'
import { root } from './places.ts'

/** A request, and the road the Worker is to answer it on. */
export interface Case {
  name: string
  road: 'fast' | 'go'
  q: Question
}

const json = { 'content-type': 'application/json' }
const octets = { 'content-type': 'application/octet-stream' }
const cipher = '/api/v1/signals/cipher'
const volume = '/api/v1/signals/volume'

const few = walk(1, 80)
const some = walk(2, 400)
const base = { candles: few, interval: '1h' }

/** POST of JSON; text goes as it is. */
function post(path: string, body: unknown, headers: Record<string, string> = json): Question {
  return {
    method: 'POST',
    path,
    headers,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  }
}

const changed = JSON.parse(readFileSync(`${root}core/cipher/testdata/changed.json`, 'utf8'))

/** The candles of the vector files, in every form the fast road knows. */
export function vectors(): Case[] {
  const cases: Case[] = []
  const add = (name: string, q: Question) => cases.push({ name, road: 'fast', q })
  for (const name of ['tiny', 'gaps', 'torture', 'walk']) {
    const bars = vector('cipher', name)
    for (const preset of ['quantum', 'classic']) {
      add(`cipher ${name} ${preset}`, post(cipher, { candles: bars, interval: '15m', params: { preset } }))
      add(
        `cipher ${name} ${preset} columns`,
        post(`${cipher}?interval=15m&preset=${preset}`, binary(bars), { ...octets, accept: octets['content-type'] }),
      )
    }
    const levels = vector('volume', name)
    add(`volume ${name}`, post(volume, { candles: levels, params: { rows: 24 } }))
    add(
      `volume ${name} rows`,
      post(volume, { candles: rows(levels), interval: '15m', params: { row_size: levels.high[0]! / 50 } }),
    )
    add(
      `volume ${name} columns`,
      post(`${volume}?rows=200`, binary(levels), { ...octets, accept: octets['content-type'] }),
    )
  }
  add('cipher walk changed', post(cipher, { candles: vector('cipher', 'walk'), interval: '15m', params: changed }))
  return cases
}

/** Valid, odd and hostile requests. */
export function table(): Case[] {
  const fast = (name: string, q: Question): Case => ({ name, road: 'fast', q })
  const go = (name: string, q: Question): Case => ({ name, road: 'go', q })
  const accept = (media: string) => ({ ...json, accept: media })
  const with_ = (c: Columns, name: (typeof names)[number], i: number, v: number) =>
    of(n => (n === name ? c[n].with(i, v) : c[n]))
  const text = JSON.stringify(base)
  return [
    fast('columns', post(cipher, base)),
    fast('rows', post(cipher, { candles: rows(few), interval: '1h' })),
    fast('one bar', post(cipher, { candles: cut(few, 0, 1), interval: '1h' })),
    fast('fields', post(cipher, { ...base, fields: ['rsi', 'buy', 'wt1'] })),
    fast('one flag', post(cipher, { ...base, fields: ['buy'], events: false })),
    fast('without events', post(cipher, { ...base, events: false })),
    fast('readings alone', post(cipher, { ...base, fields: ['wt1', 'wt2', 'rsi'], events: false })),
    fast('spaces', post(cipher, JSON.stringify(base, null, 3))),
    fast('an interval in smaller units', post(cipher, { ...base, interval: '60m' })),
    fast('an interval of seconds', post(cipher, { ...base, interval: '90s' })),
    fast('no forming bar', post(cipher, { ...base, forming: false })),
    fast('empty params', post(cipher, { ...base, params: {} })),
    fast('the params of an answer', post(cipher, { ...base, params: changed })),
    fast('a list of periods', post(cipher, { ...base, params: { ribbon_periods: [2, 3, 5, 8, 13, 21, 34, 55] } })),
    fast('one period', post(cipher, { ...base, params: { ribbon_period3: 900, stoch_average_kd: true } })),
    fast('whole numbers written otherwise', post(cipher, text.replace('1700006400000', '1.7000064e12'))),
    fast('no content type', post(cipher, base, {})),
    fast('a charset', post(cipher, base, { 'content-type': 'application/json; charset=utf-8' })),
    fast('any answer', post(cipher, base, accept('*/*'))),
    fast('an answer in columns', post(cipher, base, accept('application/octet-stream'))),
    fast('a tag that is old', post(cipher, base, { ...json, 'if-none-match': '"AAAAAAAAAAAAAAAAAAAAAA"' })),
    fast('columns in', post(`${cipher}?interval=1h`, binary(few), octets)),
    fast('columns in, events', post(`${cipher}?interval=1h&events=true&fields=buy,sell,mf`, binary(few), octets)),
    fast(
      'columns in, params',
      post(`${cipher}?interval=30m&rsi_period=7&stoch_log=false&stc_factor=2.5e-1`, binary(few), octets),
    ),
    fast(
      'columns in, a time of -0',
      post(`${cipher}?interval=1h`, binary(of(n => (n === 'open_time' ? [-0, 3600000] : few[n].slice(0, 2)))), {
        ...octets,
        accept: octets['content-type'],
      }),
    ),
    fast('a time of -0', post(cipher, '{"interval":"1h","candles":[[-0,1,1,1,1,1],[3600000,1,1,1,1,0]]}')),
    fast(
      'times before 1970',
      post(cipher, { candles: of(n => (n === 'open_time' ? few[n].map(t => t - 1.8e12) : few[n])), interval: '1h' }),
    ),
    fast(
      'flat bars',
      post(cipher, { candles: of(n => (n === 'open_time' ? some[n] : some[n].map(() => 1))), interval: '1h' }),
    ),
    fast(
      'no volume',
      post(cipher, { candles: of(n => (n === 'volume' ? some[n].map(() => 0) : some[n])), interval: '1h' }),
    ),
    fast('a volume of -0', post(cipher, { candles: with_(few, 'volume', 3, -0), interval: '1h' })),
    fast('tiny prices', post(cipher, { candles: walk(3, 300, 1e-9), interval: '1h' })),
    fast('huge prices', post(cipher, { candles: walk(4, 300, 1e18), interval: '1h' })),
    fast('volume', post(volume, { candles: some })),
    fast('volume rows', post(volume, { candles: rows(some), interval: '1h', params: { rows: 500, spread: 'close' } })),
    fast('volume of tiny prices', post(volume, { candles: walk(3, 300, 1e-9) })),
    fast(
      'volume of huge prices',
      post(volume, { candles: walk(4, 300, 1e20), params: { expansion: 'single', value_area: 0.9 } }),
    ),
    fast('no volume at all', post(volume, { candles: of(n => (n === 'volume' ? some[n].map(() => 0) : some[n])) })),
    fast('volume of one price', post(volume, { candles: [[0, 5, 5, 5, 5, 7]] })),
    fast('volume, columns out', post(volume, { candles: some }, accept('application/octet-stream'))),
    fast('volume, columns in', post(`${volume}?row_size=2&node_strength=0.2`, binary(some), octets)),
    fast('volume, columns in with an interval', post(`${volume}?interval=1h&events=true`, binary(some), octets)),

    go('a forming bar', post(cipher, { ...base, forming: true })),
    go('a forming bar of a profile', post(volume, { ...base, forming: true })),
    go('lines', post(cipher, base, accept('application/x-ndjson'))),
    go('a preference', post(cipher, base, accept('application/json;q=0.5, application/octet-stream'))),
    go('a browser', post(cipher, base, accept('text/html,application/xhtml+xml,*/*;q=0.8'))),
    go('several tags', post(cipher, base, { ...json, 'if-none-match': '"a", W/"b"' })),
    go('any tag', post(cipher, base, { ...json, 'if-none-match': '*' })),
    go('another type', post(cipher, base, { 'content-type': 'text/plain' })),
    go('another charset', post(cipher, base, { 'content-type': 'application/json; charset=latin1' })),
    go('a comma in the type', post(cipher, base, { 'content-type': 'application/json; charset="a,b"' })),
    go('a type in capitals', post(cipher, base, { 'content-type': 'Application/JSON' })),
    go(
      'trades',
      post(volume, {
        trades: [
          [1, 100, 2, 'buy'],
          [2, 101, 3, null],
        ],
      }),
    ),
    go('trades and candles', post(volume, { trades: [[1, 100, 2]], candles: some })),
    go(
      'a session of a zone',
      post(volume, { candles: some, interval: '1h', range: 'session:America/New_York@09:30', developing: true }),
    ),
    go('a rolling range', post(volume, { candles: some, interval: '1h', range: 'rolling:20' })),
    go(
      'a fixed range',
      post(volume, { candles: some, range: { kind: 'fixed', from: some.open_time[10], to: some.open_time[50] } }),
    ),
    go('rows and row_size', post(volume, { candles: some, params: { rows: 10, row_size: 1 } })),
    go('a row_size that does not fit', post(volume, { candles: some, params: { row_size: 1e-9 } })),
    go('a query beside JSON', post(`${cipher}?interval=1h`, base)),
    go('a query that means nothing', post(`${cipher}?interval=1h&rsi=3`, binary(few), octets)),
    go('a name that comes twice in a query', post(`${cipher}?interval=1h&interval=2h`, binary(few), octets)),
    go('escapes in a query', post(`${cipher}?interval=1%68`, binary(few), octets)),
    go('a bool of another form in a query', post(`${cipher}?interval=1h&stoch_log=T`, binary(few), octets)),
    go('columns of no whole bars', post(`${cipher}?interval=1h`, binary(few).slice(0, -3), octets)),
    go('columns without a bar', post(`${cipher}?interval=1h`, '', octets)),
    go(
      'a time that is no number in columns',
      post(`${cipher}?interval=1h`, binary(with_(few, 'open_time', 2, Number.NaN)), octets),
    ),
    go(
      'a price that is no number in columns',
      post(`${cipher}?interval=1h`, binary(with_(few, 'high', 2, Number.NaN)), octets),
    ),
    go('no interval', post(cipher, { candles: few })),
    go('an interval of nothing', post(cipher, { ...base, interval: '0m' })),
    go('an interval that is too long', post(cipher, { ...base, interval: '5w' })),
    go('an interval that is a number', post(cipher, { ...base, interval: 60 })),
    go('an interval bars do not keep', post(cipher, { ...base, interval: '2h' })),
    go('no candles', post(cipher, { interval: '1h' })),
    go('empty candles', post(cipher, { ...base, candles: [] })),
    go('null', post(cipher, 'null')),
    go('a list', post(cipher, '[]')),
    go('no body', post(cipher, '')),
    go('half a body', post(cipher, text.slice(0, -9))),
    go('a comma too many', post(cipher, text.replace(']', ',]'))),
    go('more behind the end', post(cipher, `${text} {}`)),
    go('a byte order mark', post(cipher, `\ufeff${text}`)),
    go(
      'what is not UTF-8',
      post(
        cipher,
        Buffer.concat([Buffer.from('{"interval":"'), Buffer.from([0xff, 0xfe]), Buffer.from(`",${text.slice(1)}`)]),
      ),
    ),
    go('an escape in a key', post(cipher, text.replace('"interval"', '"\\u0069nterval"'))),
    go('a key that comes twice', post(cipher, text.replace('{', '{"interval":"2h",'))),
    go('candles that come twice, at first broken', post(cipher, text.replace('{', '{"candles":{"open":["x"]},'))),
    go('a column that comes twice', post(cipher, text.replace('"open":', '"open":["x"],"open":'))),
    go('a parameter that comes twice', post(cipher, text.replace('{', '{"params":{"rsi_period":-3,"rsi_period":5},'))),
    go('an unknown key', post(cipher, { ...base, candels: 1 })),
    go('__proto__', post(cipher, text.replace('{', '{"__proto__":{"fields":["rsi"]},'))),
    go('constructor as a parameter', post(cipher, { ...base, params: { constructor: 1 } })),
    go('an unknown parameter', post(cipher, { ...base, params: { rsi_perod: 4 } })),
    go('a parameter that is null', post(cipher, { ...base, params: { rsi_period: null } })),
    go('a parameter out of bounds', post(cipher, { ...base, params: { rsi_period: 0, mf_period: 1e9 } })),
    go('half a period', post(cipher, { ...base, params: { rsi_period: 2.5 } })),
    go('a parameter of another kind', post(cipher, { ...base, params: { stoch_log: 1, preset: 'best' } })),
    go(
      'periods and one of them',
      post(cipher, { ...base, params: { ribbon_periods: [1, 2, 3, 4, 5, 6, 7, 8], ribbon_period2: 9 } }),
    ),
    go('too few periods', post(cipher, { ...base, params: { ribbon_periods: [1, 2] } })),
    go('no fields', post(cipher, { ...base, fields: [] })),
    go('a field twice', post(cipher, { ...base, fields: ['rsi', 'rsi'] })),
    go('an unknown field', post(cipher, { ...base, fields: ['rsi', 'open_time'] })),
    go('fields of a profile', post(volume, { candles: some, fields: ['poc'] })),
    go('columns of different lengths', post(cipher, { ...base, candles: { ...few, close: few.close.slice(1) } })),
    go('a column that is missing', post(cipher, text.replace('"close"', '"clsoe"'))),
    go('a price that is text', post(cipher, text.replace('"open":[100', '"open":["100"'))),
    go('a price that is null', post(cipher, text.replace('"open":[100', '"open":[null'))),
    go('a price without end', post(cipher, text.replace('"open":[100', '"open":[1e999'))),
    go('a time and a half', post(cipher, text.replace('1700006400000', '1700006400000.5'))),
    go('a time beyond all', post(cipher, text.replace('1700006400000', '1e17'))),
    go('a high below the low', post(cipher, { ...base, candles: with_(few, 'high', 7, 0.1) })),
    fast('a price of 0', post(cipher, { ...base, candles: with_(few, 'low', 7, 0) })),
    fast('a volume below 0', post(cipher, { ...base, candles: with_(few, 'volume', 7, -1) })),
    go('bars out of order', post(cipher, { ...base, candles: with_(few, 'open_time', 7, 5) })),
    go('a row that is short', post(cipher, { ...base, candles: [[1, 2, 3, 4, 5]] })),
    go('a row that is an object', post(cipher, { ...base, candles: [{ open_time: 1 }] })),
    go('deep nesting', post(cipher, `{"candles":${'['.repeat(5000)}${']'.repeat(5000)}}`)),
    go('a number with a leading zero', post(cipher, text.replace('"open":[100', '"open":[0100'))),
    go('a plus', post(cipher, text.replace('"open":[100', '"open":[+100'))),
    go('NaN', post(cipher, text.replace('"open":[100', '"open":[NaN'))),
    go('too many bars', post(`${cipher}?interval=1m`, new Uint8Array(48 * 50_001), octets)),
    go('the catalog', { path: '/api/v1/signals/catalog' }),
    go('health', { path: '/healthz' }),
  ]
}

/** As many requests with random candles, parameters and forms; the fast road takes all. */
export function randoms(seed: number, many: number): Case[] {
  const next = random(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  return Array.from({ length: many }, (_, i) => {
    const bars = walk(seed + i, 1 + Math.floor(next() * 300), 10 ** (next() * 24 - 10), 15)
    const period = () => 1 + Math.floor(next() * 40)
    if (next() < 0.3) {
      const params = {
        rows: 1 + Math.floor(next() * 300),
        spread: pick(['uniform', 'close']),
        value_area: 0.1 + next() * 0.8,
      }
      return { name: `random ${i} volume`, road: 'fast', q: post(volume, { candles: bars, params }) }
    }
    const params = {
      rsi_period: period(),
      mf_period: period(),
      stoch_k_period: period(),
      wt_average_period: period(),
      a_wt_signal_period: period(),
      preset: pick(['quantum', 'classic']),
      mf_offset: next() * 1e-7,
      wt_overbought: next() * 60,
    }
    const headers = next() < 0.2 ? { ...json, accept: 'application/octet-stream' } : json
    return {
      name: `random ${i} cipher`,
      road: 'fast',
      q: post(cipher, { candles: pick([bars, rows(bars)]), interval: '15m', params }, headers),
    }
  })
}
