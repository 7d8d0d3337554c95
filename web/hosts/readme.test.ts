import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { Hub } from '../sdk/test/hub.ts'
import { built, here, installed, root } from './run/places.ts'

// The examples of the README, against the package as packed: the types hold, the
// program runs, and what stands after //=> is what comes out.

const readme = readFileSync(`${installed}/README.md`, 'utf8')
const headings = readme.split(/^```ts$/m).map(part => /.*^## (.*?)$/ms.exec(part)?.[1] ?? '')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(m => m[1]!)

/** What the examples have at hand. */
const prelude = `
import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { WebSocket as WS } from 'ws'
globalThis.WebSocket ??= WS as never
const rows = gunzipSync(readFileSync('${root}core/cipher/testdata/walk.csv.gz')).toString().trim().split('\\n').slice(1).map(l => l.split(',').map(Number))
const at = (i: number) => { const [open_time, open, high, low, close, volume] = rows[i] as [number, number, number, number, number, number]; return { open_time, open, high, low, close, volume } }
const candles = rows.map((_, i) => at(i))
const history = candles.slice(0, 1000)
const bar = at(1000), forming = at(1001), next = { ...at(2999), open_time: at(2999).open_time + 900_000 }
const url = process.env.HUB!
const equal = (got: unknown, want: string) => { const shown = inspect(got, { breakLength: Infinity }); if (shown !== want) throw new Error(shown + ', the README says ' + want) }
`

const imports = /^import .*$/gm
const options =
  '--noEmit --strict --skipLibCheck --target es2023 --module nodenext --types node --lib es2023,esnext.disposable,dom'

/** An example as a program: its imports, what it has at hand, and its results held to what it says they are. */
function program(code: string): string {
  const checked = code.replace(
    /^(.*\S) +\/\/=> (.*)$/gm,
    (_, expression, result) => `equal(${expression}, ${JSON.stringify(result)})`,
  )
  const end = code.includes('new Live') ? 'setTimeout(() => live.close(), 500)' : ''
  return [...checked.match(imports)!, prelude, checked.replace(imports, ''), end, 'export {}'].join('\n')
}

const file = (i: number): string => `${built}/readme/example${i}`

beforeAll(() => {
  mkdirSync(`${built}/readme`, { recursive: true })
  for (const [i, code] of examples.entries()) writeFileSync(`${file(i)}.ts`, program(code))
})

test('there are examples, with results, and their types hold', async () => {
  expect(examples.length).toBe(5)
  expect(examples.join('').match(/\/\/=> /g)!.length).toBeGreaterThan(12)
  const compiler = `${here}/../node_modules/typescript/bin/tsc`
  expect(await run([compiler, ...options.split(' '), ...examples.map((_, i) => `${file(i)}.ts`)])).toBe('')
})

test.each(examples.map((code, i) => [headings[i]!, i, code]))('%s', async (_, i, code) => {
  const hub = await Hub.listen()
  onTestFinished(() => hub.close())
  await build({
    entryPoints: [`${file(i)}.ts`],
    outfile: `${file(i)}.js`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
  })
  const said = await run([`${file(i)}.js`], { HUB: hub.url })
  if (!code.includes('new Live')) return
  expect(said).toBe('connecting\nlive\nclosed\n')
  expect(hub.subs().map(s => s.ch)).toEqual(['signals:sim:BTCUSD:1m'])
})

async function run(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const options = { cwd: built, env: { ...process.env, ...environment } }
  return new Promise((done, fail) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error) fail(new Error(`${stdout}\n${stderr}`))
      else done(stdout)
    })
  })
}
