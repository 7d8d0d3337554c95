import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { Log, LogLevel, Miniflare } from 'miniflare'
import { dist } from './places.ts'

/** A request, as bytes on the wire: nothing is added but what HTTP needs. */
export interface Question {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Something that answers at an address. */
export interface Host {
  readonly url: string
  ask(q: Question): Promise<Reply>
  stop(): Promise<void>
}

export function ask(base: string, { method = 'GET', path, headers = {}, body }: Question): Promise<Reply> {
  const { hostname, port } = new URL(base)
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method, agent: false, headers: { ...length, ...headers } },
      response => {
        const parts: Buffer[] = []
        response.on('data', part => parts.push(part))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

type Settings = ConstructorParameters<typeof Miniflare>[0]
export type Bindings = Record<string, string>

const common = {
  compatibilityDate: '2026-04-01',
  cf: false,
  telemetry: { enabled: false },
  log: new Log(LogLevel.ERROR),
} as const

/** The Worker as it is deployed; `quantum` stands for quantum.wasm. */
export function startWorker(
  bindings: Bindings = {},
  more: object = {},
  quantum: Uint8Array<ArrayBuffer> = readFileSync(`${dist}/quantum.wasm`),
): Promise<Host> {
  return start({
    ...common,
    modulesRoot: dist,
    modules: [
      { type: 'ESModule', path: `${dist}/worker.js` },
      { type: 'CompiledWasm', path: `${dist}/app.wasm` },
      { type: 'CompiledWasm', path: `${dist}/quantum.wasm`, contents: quantum },
    ],
    bindings,
    ...more,
  } as Settings)
}

/** The Go road alone. */
export function startGoRoad(bindings: Bindings = {}): Promise<Host> {
  return start({
    ...common,
    modulesRoot: `${dist}/go`,
    modules: [
      { type: 'ESModule', path: `${dist}/go/worker.mjs` },
      { type: 'ESModule', path: `${dist}/go/runtime.mjs` },
      { type: 'ESModule', path: `${dist}/go/wasm_exec.js` },
      { type: 'CompiledWasm', path: `${dist}/go/app.wasm`, contents: readFileSync(`${dist}/app.wasm`) },
    ],
    bindings,
  } as Settings)
}

async function start(settings: Settings): Promise<Host> {
  const worker = new Miniflare(settings)
  const url = (await worker.ready).href
  return { url, ask: q => ask(url, q), stop: () => worker.dispose() }
}

/** `quantum serve` over a store in memory, with simulated markets. */
export async function startOrigin(environment: Record<string, string> = {}): Promise<Host> {
  const directory = mkdtempSync(`${tmpdir()}/quantum-edge-`)
  const port = await freePort()
  const child = spawn(`${dist}/quantum`, ['serve'], {
    cwd: directory,
    env: { BIND: '127.0.0.1', PORT: String(port), STORE_MEMORY: 'true', DATA_DIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', text => {
      log += text
    })
  }
  const url = `http://127.0.0.1:${port}/`
  await until(`the origin is ready; it printed ${log}`, async () => {
    if (child.exitCode !== null) throw new Error(`the origin ended: ${log}`)
    return (await ask(url, { path: '/readyz' })).status === 200
  })
  return {
    url,
    ask: q => ask(url, q),
    stop: async () => {
      await ended(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function ended(child: ChildProcess): Promise<unknown> {
  const gone = new Promise(done => child.once('exit', done))
  child.kill('SIGTERM')
  return gone
}

/** Waits until a condition holds, a minute at most. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const good = await holds().catch(error => {
      if (error.code === 'ECONNREFUSED') return false
      throw error
    })
    if (good) return
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
