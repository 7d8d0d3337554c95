import { execFileSync } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import { hosts } from './run/hosts.ts'
import { built } from './run/places.ts'
import { serve } from './run/serve.ts'
import type { Soaked } from './suite/soak.ts'

const { QUANTUM_SOAK = '20000', QUANTUM_SEED = '1' } = process.env
const candles = Number(QUANTUM_SOAK)
const seed = Number(QUANTUM_SEED)

let native: Soaked
beforeAll(() => {
  const args = ['soak', `-candles=${candles}`, `-seed=${seed}`]
  native = JSON.parse(execFileSync(`${built}/parity`, args, { encoding: 'utf8' }))
  say('natively', native)
})

test.each(Object.entries(hosts))('%s digests random candles as the native engine does', async (name, start) => {
  const server = await serve()
  const host = await start(server.url)
  try {
    const soaked = await host.ask({ do: 'soak', seed, candles })
    say(name, soaked)
    expect(soaked).toEqual(native)
    expect(soaked.refusals).toBeGreaterThan(candles / 100)
    expect(soaked.events).toBeGreaterThan(candles / 100)
  } finally {
    await host.close()
    await server.close()
  }
})

function say(name: string, s: Soaked): void {
  const { digests, ...counts } = s
  process.stdout.write(
    `soak ${name}: ${JSON.stringify(counts)} ${digests.length} digests, the last ${digests.at(-1)}\n`,
  )
}
