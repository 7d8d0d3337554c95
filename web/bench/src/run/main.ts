// Everything in one run: agreement, races, cold starts, sizes, aims. Arguments:
//   -quick              few samples of short series, to see that all of it works
//   --native=PATH       the native program
//   --wasm=PATH         another build of the module
//   --only=SECTION,...  these races only
//   --bars=N,...        these lengths only
//   --processor         count processor time, for a machine that others use too
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { readingNames, type Section } from '../contestant.ts'
import { rowCounts } from '../volume/rows.ts'
import { buildAll, built, fields } from './build.ts'
import { launch, openPage } from './chromium.ts'
import { cold } from './cold.ts'
import type { Host } from './host.ts'
import { startProcess } from './process.ts'
import { type Effort, type Race, race, roll } from './race.ts'
import { serve } from './serve.ts'
import { sizes } from './sizes.ts'
import { agreementTable, coldTable, raceTable, sizeTable, verdictTable } from './table.ts'
import { verdicts } from './verdict.ts'

const { values: flags } = parseArgs({
  args: process.argv.slice(2).map(arg => (arg === '-quick' ? '--quick' : arg)),
  options: {
    quick: { type: 'boolean' },
    native: { type: 'string' },
    wasm: { type: 'string', default: '../../wasm/quantum.wasm' },
    only: { type: 'string' },
    bars: { type: 'string' },
    processor: { type: 'boolean', default: false },
  },
})

const clock = flags.processor ? 'processor' : 'wall'
const usual: Effort = flags.quick
  ? { sizes: [1000, 10_000], rounds: 3, slowRounds: 1, patience: 2, clock }
  : { sizes: [1000, 10_000, 100_000, 1_000_000], rounds: 15, slowRounds: 3, patience: 20, clock }
const effort: Effort = { ...usual, sizes: flags.bars?.split(',').map(Number) ?? usual.sizes }

const titles = new Map<Section, string>([
  ['columns', 'Seven readings, as columns'],
  ['stream', 'Seven readings, one bar at a time'],
  ['engine', 'The whole engine: every reading and flag'],
  ...rowCounts.map(rows => [`volume-${rows}`, `Volume profile, ${rows} rows`] as const),
])

/** Numbers are compared over so many bars, the first of which differ by how each library seeds its means. */
const compared = 10_000
const settling = 2000

/** Bars of the series whose bits every host must have alike. */
const digested = 100_000

const say = (text: string): boolean => process.stdout.write(`${text}\n`)
const load = (): string =>
  loadavg()
    .map(l => l.toFixed(1))
    .join(' ')

await buildAll(flags.wasm)
const server = await serve()
const browser = await launch()
const names = Object.keys(fields)
const hosts: Host[] = [
  await openPage(browser, server.url, names),
  startProcess('Node', process.execPath, [`${built}/node.js`, ...names.map(name => `${built}/${name}.js`)]),
  ...(flags.native === undefined ? [] : [startProcess('Go', flags.native, [], 'all')]),
]

try {
  const versions = `Chromium ${browser.version()}, Node ${process.versions.node}`
  say(`${cpus()[0]!.model.trim()}, ${cpus().length} CPUs, ${versions}. Load before: ${load()}. Clock: ${clock}.\n`)
  await sameBars()
  const races: Race[] = []
  const only = flags.only?.split(',')
  for (const [section, title] of titles) {
    if (only === undefined || only.includes(section)) races.push(await run(section, title))
  }
  say('## From fetch to the first result of 1 000 bars, cold\n')
  const starts = await cold(browser, server.url, flags.quick ? 1 : 7)
  say(coldTable(starts))
  say('## Sizes\n')
  const weights = await sizes()
  say(sizeTable(weights))
  say(`## Aims, in Chromium. Load after: ${load()}\n`)
  const held = verdicts(races)
  say(verdictTable(held))
  await writeFile(`${built}/result.json`, JSON.stringify({ versions, races, starts, weights, held }, null, 1))
} finally {
  await Promise.all(hosts.map(host => host.close()))
  await browser.close()
  server.close()
}

/** Every host must have made the same bars, or nothing that follows means anything. */
async function sameBars(): Promise<void> {
  const digests = await Promise.all(hosts.map(host => host.ask<string>({ do: 'digest', bars: digested })))
  if (new Set(digests).size > 1) throw new Error(`the hosts made different bars: ${digests.join(', ')}`)
  say(`${hosts.map(host => host.name).join(', ')} made the same bars, bit by bit: ${digests[0]}\n`)
}

async function run(section: Section, title: string): Promise<Race> {
  say(`## ${title}. Load: ${load()}\n`)
  const said = await roll(section, hosts, compared, section.startsWith('volume') ? 0 : settling)
  const ours = hosts.map(host => [host.name, said.get(host.name)![0]] as const).filter(([, a]) => a !== undefined)
  say(`Bits: ${ours.map(([host, a]) => `${host} ${a!.name} ${a!.digest}`).join(', ')}\n`)
  const columns = section.startsWith('volume') ? ['volume of a row'] : section === 'engine' ? [] : readingNames
  if (columns.length > 0) say(agreementTable(columns, said.get('Chromium')!))
  for (const { name, note } of said.get('Chromium')!) if (note !== undefined) say(`- ${name}: ${note}`)
  const entrants = new Map([...said].map(([host, list]) => [host, list.map(a => a.name)]))
  const result = await race(section, hosts, effort, entrants)
  say(`\n${raceTable(result)}`)
  return result
}
