// The Worker: plain signal requests on the fast road, other requests the edge
// knows on the Go road, all else to the origin.

import { Quantum } from '@quantum-signals/sdk'
import goRoad from '../dist/go/worker.mjs'
import module from '../dist/quantum.wasm'
import type { Context, Env } from './env.ts'
import { fast, mayBeFast } from './fast.ts'
import { passOn } from './origin.ts'
import { finished, mayRead } from './reader.ts'

const quantum = new Quantum({ module, sha256: WASM_SHA256 })

const signals = new Set(['/api/v1/signals/cipher', '/api/v1/signals/volume'])
const own = new Set([...signals, '/api/v1/signals/catalog', '/healthz'])

export default {
  async fetch(request: Request, env: Env, context: Context): Promise<Response> {
    const url = new URL(request.url)
    if (!answered(request, url)) {
      return (await passOn(request, url, env)) ?? goRoad.fetch(request, env, context)
    }
    if (!signals.has(url.pathname) || !mayBeFast(request, url, env)) return goRoad.fetch(request, env, context)
    const body = await request.arrayBuffer()
    const reader = await mayRead(request, env)
    const response = reader && (await fast(quantum, request, url, body, env))
    if (response) return finished(response, request, reader)
    const { method, headers } = request
    return goRoad.fetch(new Request(request.url, { method, headers, body }), env, context)
  },
}

/** Whether the edge has an answer; refusals of other methods are the origin's, as are upgrades and the forms it alone knows. */
function answered({ method, headers }: Request, { pathname }: URL): boolean {
  if (!own.has(pathname) || headers.has('upgrade')) return false
  if (headers.has('content-encoding') || headers.get('accept')?.includes('vnd.apache.arrow')) return false
  return ['OPTIONS', 'GET', 'HEAD'].includes(method) || (method === 'POST' && signals.has(pathname))
}
