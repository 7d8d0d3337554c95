// Prints ns per bar of quantum.wasm in this host:
//   node bench.mjs PACKAGE BARS     the built package's directory; columns of float64
// as lines of name and figure; scripts/bench-next.sh makes a table of them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [home, file] = process.argv.slice(2)
const { Quantum } = await import(pathToFileURL(join(home, 'index.js')).href)
const q = await Quantum.load()
const bytes = readFileSync(file)
const bars = bytes.length / 48
const column = i =>
  new Float64Array(bytes.buffer.slice(bytes.byteOffset + i * bars * 8, bytes.byteOffset + (i + 1) * bars * 8))
const names = ['open_time', 'open', 'high', 'low', 'close', 'volume']
const candles = Object.fromEntries(names.map((name, i) => [name, column(i)]))
const objects = Array.from({ length: bars }, (_, i) => Object.fromEntries(names.map(name => [name, candles[name][i]])))
const fields = ['wt1', 'wt2', 'mf', 'rsi', 'stoch_k', 'stoch_d', 'stc']

/** The best of some rounds: what the machine does when nothing else wants it. */
function measure(name, run) {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 10; round++) {
    const from = performance.now()
    run()
    best = Math.min(best, performance.now() - from)
  }
  console.log(`${name} ${((best * 1e6) / bars).toFixed(1)}`)
}

measure('Next', () => {
  const stream = q.cipherStream({ interval: '1m' })
  for (const bar of objects) stream.next(bar)
  stream.dispose()
})
measure('Columns/all', () => q.cipher(candles, { interval: '1m', events: false }))
measure('Columns/seven', () => q.cipher(candles, { interval: '1m', fields }))
measure('Profile', () => q.volume(candles))
