// Writes build/demo/BTCUSD-1m.csv.gz, the candles of the demo: three days of
// GDAX BTC/USD, January 2016, from the npm package gdax-sim-test-data (MIT).
// Run it after `npm ci` in web. Minutes without a trade are absent, as recorded.
//
// time,open,high,low,close,volume   Unix ms UTC of the bar's open, ascending; volume in BTC

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'

const days = ['1Jan2016', '2Jan2016', '3Jan2016']
const minute = 60_000
const root = new URL('../', import.meta.url)
const fromWeb = createRequire(new URL('web/package.json', root))

/** Why the engine would refuse a bar, or undefined. */
function fault(bar, time, last) {
  const { open, high, low, close, volume } = bar
  if (!Number.isInteger(time / minute)) return `time ${bar.time} is not a whole minute`
  if (time <= last) return `time ${bar.time} is not after the bar before`
  const broken = Object.entries({ open, high, low, close, volume }).find(([, v]) => !Number.isFinite(v))
  if (broken) return `${broken[0]} is ${broken[1]}`
  if (low > Math.min(open, close)) return `low ${low} is above the body`
  if (high < Math.max(open, close)) return `high ${high} is below the body`
  if (volume < 0) return `volume is ${volume}`
  return undefined
}

const lines = ['time,open,high,low,close,volume']
const leftOut = []
let last = Number.NEGATIVE_INFINITY
for (const day of days) {
  const bars = JSON.parse(readFileSync(fromWeb.resolve(`gdax-sim-test-data/CapturedData/${day}.json`), 'utf8'))
  for (const [row, bar] of bars.entries()) {
    const time = Date.parse(bar.time)
    const why = fault(bar, time, last)
    if (why) {
      leftOut.push(`${day} row ${row}: ${why}`)
      continue
    }
    lines.push([time, bar.open, bar.high, bar.low, bar.close, bar.volume].join(','))
    last = time
  }
}

const out = new URL('build/demo/BTCUSD-1m.csv.gz', root)
mkdirSync(new URL('.', out), { recursive: true })
writeFileSync(out, gzipSync(`${lines.join('\n')}\n`, { level: 9 }))
for (const line of leftOut) console.log(`left out ${line}`)
console.log(`build/demo/BTCUSD-1m.csv.gz: ${lines.length - 1} bars, ${leftOut.length} left out`)
