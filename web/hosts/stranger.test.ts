import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { built, here, sdk } from './run/places.ts'

// Somebody who has the tarball, npm and nothing of ours.

const home = `${built}/stranger`
const run = promisify(execFile)

beforeAll(() => {
  const [tarball] = readdirSync(built).filter(name => name.endsWith('.tgz'))
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home)
  writeFileSync(`${home}/package.json`, '{}')
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', `${built}/${tarball}`]
  execFileSync('npm', args, { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] })
})

test('npm installs it without anything else', () => {
  expect(readdirSync(`${home}/node_modules`).filter(name => !name.startsWith('.'))).toEqual(['@quantum-signals'])
})

const program = `
import { Candles, EngineError, Quantum, type Candle } from '@quantum-signals/sdk'
import { Quantum as Inline } from '@quantum-signals/sdk/inline'
import { Live } from '@quantum-signals/sdk/live'
async function main(): Promise<void> {
  const bars: Candle[] = []
  const quanta: Quantum[] = [await Quantum.load(), await Inline.load()]
  for (const q of quanta) {
    const { readings, flags } = q.cipher(new Candles(bars), { interval: '15m', params: { rsi_period: 21 } })
    const stream = q.cipherStream({ interval: '15m' })
    const first: number | undefined = readings.rsi?.[0]
    stream.dispose()
    console.log(q.version, first, flags.length, q.volume(bars).poc)
  }
  const live = new Live('wss://example.com/api/v1/ws')
  live.subscribe('signals:sim:BTCUSD:1m', m => console.log(m.t === 'event' ? m.kind : m.t))
  if (Math.random() > 2) throw new EngineError({ code: 'trapped' })
}
void main()
`

// The declarations are looked through too: a stranger may not skip them, nor have the newest lib.
test.each([
  ['bundler', 'a.ts', '--target es2020 --module esnext --moduleResolution bundler --lib es2020,dom'],
  ['node16', 'b.mts', '--target es2022 --module node16 --exactOptionalPropertyTypes --noUncheckedIndexedAccess'],
  ['a worker', 'c.ts', '--target es2022 --module esnext --moduleResolution bundler --lib es2022,webworker'],
])('TypeScript finds no fault: %s', async (_, file, options) => {
  writeFileSync(`${home}/${file}`, program)
  expect(await compiled(file, options)).toBe('')
})

test('TypeScript says to CommonJS what to do', async () => {
  const both =
    "import { Quantum } from '@quantum-signals/sdk'\nimport('@quantum-signals/sdk').then(q => q.Quantum === Quantum)\n"
  writeFileSync(`${home}/d.cts`, both)
  expect(await compiled('d.cts', '--target es2022 --module node16')).toMatch(
    /^d\.cts\(1,25\): error TS1479: .*Consider writing a dynamic 'import\("@quantum-signals\/sdk"\)' call instead\.\n$/,
  )
})

async function compiled(file: string, options: string): Promise<string> {
  const compiler = `${here}/../node_modules/typescript/bin/tsc`
  const args = [compiler, '--noEmit', '--strict', '--typeRoots', 'none', ...options.split(' '), file]
  return run(process.execPath, args, { cwd: home }).then(
    ({ stdout }) => stdout,
    error => error.stdout,
  )
}

test('CommonJS gets it by import, and by require where Node can', async () => {
  const { require_module: can } = process.features as { require_module?: boolean }
  const roads = ["await import('@quantum-signals/sdk')", ...(can ? ["require('@quantum-signals/sdk')"] : [])]
  for (const road of roads) {
    const code = `(async () => { const { Quantum } = ${road}; console.log(typeof (await Quantum.load()).cipher) })()`
    writeFileSync(`${home}/e.cjs`, code)
    expect((await run(process.execPath, ['e.cjs'], { cwd: home })).stdout, road).toBe('function\n')
  }
})

test('the page of the README is the example', () => {
  const page = /^```html\n(.*?)^```/ms.exec(readFileSync(`${home}/node_modules/@quantum-signals/sdk/README.md`, 'utf8'))
  expect(page?.[1]).toBe(readFileSync(`${sdk}/example/index.html`, 'utf8'))
})
