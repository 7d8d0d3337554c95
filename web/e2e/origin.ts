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
  readonly #directory: string
  readonly #environment: Record<string, string>
  #process: ChildProcess | undefined
  #log = ''

  private constructor(url: string, directory: string, environment: Record<string, string>) {
    this.url = url
    this.#directory = directory
    this.#environment = environment
  }

  /** Starts it and waits until it is ready. */
  static async start(environment: Record<string, string>): Promise<Origin> {
    if (!existsSync(binary))
      throw new Error('bin/quantum is missing: build it first, with the page inside (make build)')
    if (!existsSync(candles)) execFileSync(process.execPath, [join(root, 'scripts/demo-data.mjs')])
    const port = await freePort()
    const directory = mkdtempSync(join(tmpdir(), 'quantum-e2e-'))
    const origin = new Origin(`http://127.0.0.1:${port}`, directory, {
      PATH: process.env.PATH ?? '',
      BIND: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(directory, 'data'),
      DEMO_FILE: candles,
      ...environment,
    })
    await origin.run()
    return origin
  }

  /** What it has printed. */
  get log(): string {
    return this.#log
  }

  /** Runs the program and waits until it is ready; after halt(), again over the same data. */
  async run(): Promise<void> {
    const child = spawn(binary, ['serve'], {
      cwd: this.#directory,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', text => {
        this.#log += text
      })
    }
    this.#process = child
    await this.#ready(child)
  }

  /** Stops the program and keeps its data. */
  async halt(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null) return
    const gone = new Promise(done => child.once('exit', done))
    child.kill('SIGTERM')
    await gone
  }

  /** Stops the program and removes its data. */
  async stop(): Promise<void> {
    await this.halt()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + 30_000
    while (Date.now() < deadline) {
      if (child.exitCode !== null) break
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
