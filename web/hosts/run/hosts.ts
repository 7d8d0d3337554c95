import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { Log, LogLevel, Miniflare } from 'miniflare'
import { launch } from '../../e2e/browser.ts'
import type { Answer, Request } from '../suite/perform.ts'
import { built, here, root } from './places.ts'

/** A host of the package, running. */
export interface Host {
  readonly name: string
  ask<R extends Request>(request: R): Promise<Answer<R>>
  close(): Promise<void>
}

/** How each host is started; `base` is the address of what serve() serves. */
export const hosts: Record<string, (base: string) => Promise<Host>> = {
  Node: async () => processHost('Node', process.execPath, ['process.js']),
  Deno: async () =>
    processHost('Deno', `${here}/node_modules/@deno/linux-x64-glibc/deno`, [
      'run',
      '--quiet',
      '--node-modules-dir=manual',
      '--allow-read',
      '--allow-net=127.0.0.1',
      'process.js',
    ]),
  Bun: async () => processHost('Bun', `${here}/node_modules/@oven/bun-linux-x64/bin/bun`, ['process.js']),
  'Chromium window': base => pageHost('Chromium window', base, 'inWindow'),
  'Chromium worker': base => pageHost('Chromium worker', base, 'inWorker'),
  workerd: async () => workerd(),
}

/** A program that takes a request as its argument and prints the answer. */
function processHost(name: string, program: string, args: string[]): Host {
  const run = promisify(execFile)
  return {
    name,
    async ask(request) {
      const options = { cwd: built, maxBuffer: 1 << 30, env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } }
      const { stdout } = await run(program, [...args, JSON.stringify(request)], options)
      return JSON.parse(stdout)
    },
    close: async () => {},
  }
}

async function pageHost(name: string, base: string, where: 'inWindow' | 'inWorker'): Promise<Host> {
  const browser = await launch()
  const page = await browser.newPage()
  page.setDefaultTimeout(600_000)
  await page.goto(base)
  await page.waitForFunction(() => 'inWindow' in globalThis)
  return {
    name,
    ask: request =>
      page.evaluate(
        ([where, request]) =>
          (globalThis as unknown as Record<string, (r: unknown) => Promise<never>>)[where]!(request),
        [where, request] as const,
      ),
    close: () => browser.close(),
  }
}

async function workerd(): Promise<Host> {
  const { sha256 } = JSON.parse(readFileSync(`${root}wasm/quantum.json`, 'utf8'))
  const worker = new Miniflare({
    modulesRoot: built,
    modules: [
      { type: 'ESModule', path: `${built}/workerd.js` },
      {
        type: 'CompiledWasm',
        path: `${built}/quantum.wasm`,
        contents: readFileSync(`${built}/node_modules/@quantum-signals/sdk/dist/quantum.wasm`),
      },
    ],
    bindings: { SHA256: sha256 },
    compatibilityDate: '2026-04-01',
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
  })
  const url = await worker.ready
  return {
    name: 'workerd',
    async ask(request) {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) })
      if (!response.ok) throw new Error(`workerd: ${await response.text()}`)
      return (await response.json()) as never
    },
    close: () => worker.dispose(),
  }
}
