// The Worker the fast road is compared with: the same seven readings by the
// fastest package on npm, JSON or columns in and out.

import field from '../../web/bench/src/readings/ixjb94.ts'

const [contestant] = field.columns
const names = ['wt1', 'wt2', 'mf', 'rsi', 'stoch_k', 'stoch_d', 'stc']

export default {
  async fetch(request: Request): Promise<Response> {
    const binary = request.headers.get('content-type') === 'application/octet-stream'
    const c = binary ? columns(await request.arrayBuffer()) : ((await request.json()) as { candles: Columns }).candles
    const bars = { ...c, openTime: c.open_time } as never // plain lists are what the package wants
    const readings = contestant!.columns(contestant!.prepare(bars)() as never)
    if (binary) return new Response(Float64Array.from([c.open_time, ...readings].flatMap(r => Array.from(r))))
    const out = Object.fromEntries(readings.map((column, i) => [names[i], column]))
    return Response.json({ interval: '1h', columns: { open_time: c.open_time, ...out } })
  },
}

type Columns = Record<'open_time' | 'open' | 'high' | 'low' | 'close' | 'volume', ArrayLike<number>>

function columns(body: ArrayBuffer): Columns {
  const n = body.byteLength / 48
  const at = (i: number) => new Float64Array(body, 8 * i * n, n)
  return { open_time: at(0), open: at(1), high: at(2), low: at(3), close: at(4), volume: at(5) }
}
