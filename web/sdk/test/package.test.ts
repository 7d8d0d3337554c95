import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

test('the built package, and its one-file variant, run in plain Node', { timeout: 120_000 }, () => {
  const dist = mkdtempSync(join(tmpdir(), 'quantum-sdk-'))
  onTestFinished(() => rmSync(dist, { recursive: true }))
  execFileSync(process.execPath, [fileURLToPath(new URL('../scripts/build.mjs', import.meta.url)), dist])

  const program = (module: string) => `
    import { Quantum } from ${JSON.stringify(join(dist, module))}
    const q = await Quantum.load()
    const { readings } = q.cipher([[0, 1, 2, 1, 2, 3], [60000, 2, 3, 2, 3, 4]], { interval: '1m', params: { ribbon_period1: 2 } })
    console.log(q.sha256, readings.ema1[1])`
  const run = (module: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', program(module)], { encoding: 'utf8' })
  expect(run('index.js')).toMatch(/^[0-9a-f]{64} 2\.5\n$/)
  rmSync(join(dist, 'quantum.wasm')) // the one file needs no other
  expect(run('inline.js')).toMatch(/^[0-9a-f]{64} 2\.5\n$/)
})
