import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const binary = join(root, 'bin/quantum')
const candles = join(root, 'build/demo/BTCUSD-1m.csv.gz')

/** `quantum serve` with the demo candles, on a free port, in a data directory of its own. */
export class Origin {
  readonly url: string
  readonly #process: ChildProcess
  readonly #directory: string
  #log = ''

  private constructor(url: string, process: ChildProcess, directory: string) {
    this.url = url
    this.#process = process
    this.#directory = directory
    for (const stream of [process.stdout, process.stderr]) stream?.on('data', text => (this.#log += text))
  }

  /** Starts it and waits until it is ready. */
  static async start(environment: Record<string, string>): Promise<Origin> {
    if (!existsSync(binary))
      throw new Error('bin/quantum is missing: build it first, with the page inside (make build)')
    if (!existsSync(candles)) execFileSync(process.execPath, [join(root, 'scripts/demo-data.mjs')])
    const port = await freePort()
    const directory = mkdtempSync(join(tmpdir(), 'quantum-e2e-'))
    const child = spawn(binary, ['serve'], {
      cwd: directory,
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const origin = new Origin(`http://127.0.0.1:${port}`, child, directory)
    await origin.#ready()
    return origin
  }

  /** What it has printed. */
  get log(): string {
    return this.#log
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const gone = new Promise(done => this.#process.once('exit', done))
      this.#process.kill('SIGTERM')
      await gone
    }
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + 30_000
    while (Date.now() < deadline) {
      if (this.#process.exitCode !== null) break
      const ok = await fetch(`${this.url}/readyz`).then(
        response => response.ok,
        () => false,
      )
      if (ok) return
      await new Promise(done => setTimeout(done, 100))
    }
    const { log } = this
    await this.stop()
    throw new Error(`quantum serve did not become ready:\n${log}`)
  }
}

/** A port of the loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}
