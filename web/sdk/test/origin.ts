import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const minute = 60_000
const firstOpen = 1_700_000_400_000

/** The real origin, built from the sources, over a real Redis: it can be killed and started again at the same address. */
export class Origin {
  readonly #dir = mkdtempSync(join(tmpdir(), 'q'))
  readonly #binary = join(this.#dir, 'quantum')
  readonly #socket = join(this.#dir, 's')
  #redis: ChildProcess | undefined
  #process: ChildProcess | undefined
  #port = 0
  #bars = 0

  static async start(env: Record<string, string> = {}): Promise<Origin> {
    const origin = new Origin()
    execFileSync('go', ['build', '-o', origin.#binary, './server/cmd/quantum'], { cwd: repository })
    const args = [
      '--port',
      '0',
      '--unixsocket',
      origin.#socket,
      '--dir',
      origin.#dir,
      '--save',
      '',
      '--appendonly',
      'no',
    ]
    origin.#redis = spawn('redis-server', args, { stdio: 'ignore' })
    await until('redis-server answers', () => existsSync(origin.#socket))
    origin.#port = await freePort()
    await origin.serve(env)
    return origin
  }

  get base(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get url(): string {
    return `${this.base}/api/v1/ws`
  }

  async serve(env: Record<string, string> = {}): Promise<void> {
    this.#process = spawn(this.#binary, ['serve'], {
      cwd: this.#dir,
      stdio: 'ignore',
      env: {
        ...process.env,
        REDIS_URL: `unix://${this.#socket}`,
        PORT: String(this.#port),
        WATCH: 'ingest:LIVE:1m',
        LOOK: '50ms',
        LEASE: '500ms',
        OPEN_WRITE: 'true',
        RATE: '0',
        ...env,
      },
    })
    await until('the origin answers', async () => (await fetch(`${this.base}/healthz`)).ok)
  }

  /** Ends the origin and waits until it has. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise(done => child.once('exit', done))
    child.kill(signal)
    await gone
  }

  /** Stops the origin where it stands: its sockets stay open and say nothing. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Pushes `n` more closed bars, leaving out `skip` before them. */
  async push(n: number, skip = 0): Promise<void> {
    this.#bars += skip
    const rows = Array.from({ length: n }, (_, i) => {
      const k = this.#bars + i
      const v = 100 + 10 * Math.sin(k / 5)
      return JSON.stringify([firstOpen + k * minute, v, v + 2, v - 2, v + 1, 5 + (k % 7)])
    })
    this.#bars += n
    const answer = await fetch(`${this.base}/api/v1/candles?market=ingest:LIVE&interval=1m`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: `${rows.join('\n')}\n`,
    })
    if (!answer.ok) throw new Error(`POST /candles: ${answer.status} ${await answer.text()}`)
  }

  async close(): Promise<void> {
    await this.end('SIGKILL')
    const redis = this.#redis
    if (redis) {
      const gone = new Promise(done => redis.once('exit', done))
      redis.kill('SIGKILL')
      await gone
    }
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

async function until(fact: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; ; await new Promise(done => setTimeout(done, 10))) {
    if (await Promise.resolve(holds()).catch(() => false)) return
    if (Date.now() > end) throw new Error(`not in time: ${fact}`)
  }
}

function freePort(): Promise<number> {
  return new Promise(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
