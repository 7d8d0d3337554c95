import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { built, parity, root } from './places.ts'

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** The import map a page without a bundler needs. */
const page = `<!doctype html>
<title>hosts</title>
<script type="importmap">
{"imports": {
  "@quantum-signals/sdk": "/node_modules/@quantum-signals/sdk/dist/index.js",
  "@quantum-signals/sdk/live": "/node_modules/@quantum-signals/sdk/dist/live.js"
}}
</script>
<script type="module" src="/page.js"></script>`

/**
 * Serves the page and its package, the vector files and what wasm/parity has
 * prepared, on a free loopback port.
 */
export async function serve(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost')
    try {
      const body = pathname === '/' ? page : await readFile(fileOf(pathname))
      response.writeHead(200, {
        'content-type': types[pathname === '/' ? '.html' : extname(pathname)] ?? 'application/octet-stream',
        'access-control-allow-origin': '*',
        ...(pathname.endsWith('.gz') && { 'content-encoding': 'gzip' }),
      })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  server.keepAliveTimeout = 0 // a busy host may ask again late, and an idle connection is not cut just then
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server) }
}

function fileOf(path: string): string {
  const vector = /^\/vectors\/(cipher|volume)\/([\w.-]+)$/.exec(path)
  if (vector) return `${root}core/${vector[1]}/testdata/${vector[2]}`
  if (/^\/quantum\.(wasm|json)$/.test(path)) return `${root}wasm${path}`
  if (/^\/(cases\.json|reference\/[\w.-]+)$/.test(path)) return parity + path
  return built + path
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}
