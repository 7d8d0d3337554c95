import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { complaints, launch } from '../e2e/browser.ts'
import { built, installed, sdk } from './run/places.ts'
import { serve } from './run/serve.ts'

function node(args: string[]): { status: number; said: string } {
  try {
    return { status: 0, said: execFileSync(process.execPath, args, { cwd: sdk, encoding: 'utf8', stdio: 'pipe' }) }
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
    return { status, said: stdout + stderr }
  }
}

test('npm packs what is meant to be published, and no more', () => {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: sdk,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files, size, unpackedSize }] = JSON.parse(listing) as [
    { files: { path: string; size: number }[]; size: number; unpackedSize: number },
  ]
  for (const { path, size } of files) process.stdout.write(`${String(size).padStart(8)} ${path}\n`)
  process.stdout.write(`${String(size).padStart(8)} packed, ${unpackedSize} unpacked\n`)
  const modules = readdirSync(`${sdk}/src`).filter(name => name.endsWith('.ts'))
  expect(files.map(f => f.path).sort()).toEqual(
    [
      'LICENSE',
      'README.md',
      'package.json',
      'dist/quantum.wasm',
      'dist/inline.js',
      'dist/inline.d.ts',
      ...modules.map(name => `dist/${name.replace(/\.ts$/, '.js')}`),
      ...modules.map(name => `dist/${name.replace(/\.ts$/, '.d.ts')}`),
    ].sort(),
  )
  expect(size).toBeLessThan(250_000)
})

test('every entry of the package is there', () => {
  const { exports } = JSON.parse(readFileSync(`${installed}/package.json`, 'utf8')) as {
    exports: Record<string, string | Record<string, string>>
  }
  const entries = Object.values(exports).flatMap(e => (typeof e === 'string' ? [e] : [e.types!, e.default!]))
  expect(entries.length).toBe(7)
  expect(entries.filter(path => !existsSync(join(installed, path)))).toEqual([])
})

test('a part over its budget fails the build, by name', () => {
  const directory = mkdtempSync(join(tmpdir(), 'quantum-budget-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'budget.json')
  const budget = JSON.parse(readFileSync(`${sdk}/budget.json`, 'utf8')) as Record<string, number>
  expect(Object.keys(budget)).toEqual(['quantum.wasm', 'sdk', 'live', 'inline'])
  const script = `${sdk}/scripts/budget.mjs`
  expect(node([script])).toMatchObject({ status: 0 })
  for (const part of Object.keys(budget)) {
    writeFileSync(file, JSON.stringify({ ...budget, [part]: 100 }))
    const { status, said } = node([script, `${sdk}/dist`, file])
    expect(status).toBe(1)
    expect(said).toMatch(new RegExp(`^${part} is \\d+ bytes with gzip -9, \\d+ over its budget of 100 in `, 'm'))
  }
})

test('the reference of its exports is written without a warning', () => {
  const out = `${built}/docs`
  const { status, said } = node([
    `${sdk}/../node_modules/typedoc/bin/typedoc`,
    '--options',
    `${sdk}/typedoc.json`,
    '--out',
    out,
  ])
  expect(said).not.toMatch(/warning|error\b(?!s)/i)
  expect(status).toBe(0)
  expect(readFileSync(`${out}/classes/index.Quantum.html`, 'utf8')).toContain('volumeOfTrades')
})

test('the page of the example computes and streams from the tarball alone', async () => {
  mkdirSync(`${built}/example`, { recursive: true })
  cpSync(`${sdk}/example/index.html`, `${built}/example/index.html`)
  cpSync(`${built}/node_modules`, `${built}/example/node_modules`, { recursive: true })
  const lines = readFileSync(`${sdk}/example/index.html`, 'utf8').trim().split('\n')
  expect(lines.length).toBeLessThanOrEqual(12)

  const server = await serve()
  const browser = await launch()
  onTestFinished(async () => {
    await browser.close()
    await server.close()
  })
  const page = await browser.newPage()
  const wrong = complaints(page)
  await page.route('**/*', route => (route.request().url().startsWith(server.url) ? route.continue() : route.abort()))
  await page.goto(`${server.url}/example/index.html`)
  await page.waitForFunction(() => document.body.textContent.startsWith('RSI'))
  expect(await page.locator('body').textContent()).toMatch(/^RSI \d+\.\d+, \d+ events, 500 bars streamed$/)
  expect(wrong.filter(w => !w.includes('favicon'))).toEqual([])
})
