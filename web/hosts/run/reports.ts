import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where hosts that run for a while say how they do, each under its name, and learn that they may end. */
export class Reports<R> {
  readonly #server: Server
  readonly #latest = new Map<string, R>()
  #over = false

  static async open<R>(): Promise<Reports<R>> {
    const reports = new Reports<R>()
    await new Promise<void>(done => reports.#server.listen(0, '127.0.0.1', done))
    return reports
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      this.#latest.set(decodeURIComponent(request.url!.slice(1)), JSON.parse(Buffer.concat(parts).toString()))
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end(this.#over ? 'over' : 'go on')
    })
    this.#server.keepAliveTimeout = 0 // a busy host may report late, and an idle connection is not cut just then
  }

  /** Where `name` reports to. */
  at(name: string): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/${encodeURIComponent(name)}`
  }

  /** The last report of `name`. */
  of(name: string): R | undefined {
    return this.#latest.get(name)
  }

  /** Tells everyone, at the next report, to end. */
  end(): void {
    this.#over = true
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise(done => this.#server.close(() => done()))
  }
}
