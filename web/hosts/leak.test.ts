import { expect, test } from 'vitest'
import { hosts } from './run/hosts.ts'
import { serve } from './run/serve.ts'

const engines = Number(process.env.QUANTUM_ENGINES ?? 10_000)

test.each(Object.entries(hosts))('%s ends with the memory it began with', async (name, start) => {
  const server = await serve()
  const host = await start(server.url)
  try {
    const { before, after } = await host.ask({ do: 'leak', engines })
    process.stdout.write(`leak ${name}: ${before} bytes in use before, ${after} after ${engines} engines\n`)
    expect(after).toBe(before)
    expect(before).toBeGreaterThan(0)
  } finally {
    await host.close()
    await server.close()
  }
})
