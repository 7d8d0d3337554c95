import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hosts } from './run/hosts.ts'
import { serve } from './run/serve.ts'
import { type Checked, checks } from './suite/checks.ts'

let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close())

describe.each(Object.entries(hosts))('%s', (_, start) => {
  const results = new Map<string, Checked>()
  beforeAll(async () => {
    const host = await start(server.url)
    try {
      for (const checked of await host.ask({ do: 'checks', base: server.url })) results.set(checked.name, checked)
    } finally {
      await host.close()
    }
  })

  test.each(Object.keys(checks))('%s', name => {
    expect(results.get(name)).toEqual({ name })
  })
})
