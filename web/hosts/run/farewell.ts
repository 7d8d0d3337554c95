import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/**
 * A WebSocket server that welcomes every client and sends it away at once with
 * the close code its address ends in, `/4500`; who comes back may stay.
 */
export class Farewell {
  readonly #server: WebSocketServer
  /** How often each address was connected to. */
  readonly connections: Record<string, number> = {}

  static async open(): Promise<Farewell> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    const farewell = new Farewell(server)
    await new Promise(done => server.once('listening', done))
    return farewell
  }

  private constructor(server: WebSocketServer) {
    this.#server = server
    server.on('connection', (socket, request) => {
      const path = request.url!
      this.connections[path] = (this.connections[path] ?? 0) + 1
      const first = this.connections[path] === 1
      socket.once('message', () => {
        socket.send(JSON.stringify({ t: 'welcome', v: 1, now: Date.now(), hb: 5, engine: 'test', limits: {} }))
        if (first) socket.close(Number(path.split('/').at(-1)), 'sent away')
      })
    })
  }

  /** The address at which `name` is sent away with `code`. */
  at(name: string, code: number): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.path(name, code)}`
  }

  path(name: string, code: number): string {
    return `/${encodeURIComponent(name)}/${code}`
  }

  close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    return new Promise(done => this.#server.close(() => done()))
  }
}
