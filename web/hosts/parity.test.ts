import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hosts } from './run/hosts.ts'
import { parity } from './run/places.ts'
import { serve } from './run/serve.ts'

let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close())

// scripts/parity.sh makes one table of what is written here and what Go wrote, and goes on in Go from the snapshots.
test.each(Object.entries(hosts))('%s gives the native bits, events and snapshots', async (name, start) => {
  const host = await start(server.url)
  try {
    const { rows, left } = await host.ask({ do: 'parity', host: name, base: server.url })
    write(`rows/${name}.json`, JSON.stringify(rows))
    for (const [file, base64] of Object.entries(left)) write(`left/${name}/${file}`, Buffer.from(base64, 'base64'))

    expect(rows.filter(r => r.readings_differing + r.events_differing + r.snapshots_differing > 0)).toEqual([])
    const cases = JSON.parse(readFileSync(`${parity}/cases.json`, 'utf8')) as { name: string }[]
    expect(rows.map(r => r.case)).toEqual(cases.map(c => c.name))
    const silent = (r: (typeof rows)[number]) => r.events === 0 && !r.case.endsWith('.rolling') // which has no events
    const least = rows.filter(r => r.kind !== 'profile' && (r.readings < 10_000 || r.snapshots !== 3 || silent(r)))
    expect(least, 'cases that show nothing').toEqual([])
  } finally {
    await host.close()
  }
})

function write(path: string, content: string | Uint8Array): void {
  const full = `${parity}/${path}`
  mkdirSync(full.slice(0, full.lastIndexOf('/')), { recursive: true })
  writeFileSync(full, content)
}
