// Who may read an answer of the fast road: keys and origins of pages, as the
// Go road judges them. What is not plainly allowed goes there.

import type { Env } from './env.ts'

/** The headers that let a page read an answer. */
export type Reader = Record<string, string>

const exposed =
  'Etag, Retry-After, Quantum-Columns, Quantum-Rows, Quantum-Engine, Quantum-Stale, X-Request-Id, Server-Timing'

/** Undefined where the Go road is to judge. */
export async function mayRead(request: Request, env: Env): Promise<Reader | undefined> {
  const keys = parts(env.KEYS)
  if (keys.length > 0 && !(await known(request.headers.get('authorization') ?? '', keys))) return undefined
  const origins = parts(env.ORIGINS)
  if (origins.length === 0) return {}
  if (origins.some(o => o.includes('*'))) return undefined
  const origin = request.headers.get('origin')
  if (origin === null) return { Vary: 'Origin' }
  if (!origins.includes(origin)) return undefined
  return { Vary: 'Origin', 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': exposed }
}

function parts(list = ''): string[] {
  return list.split(/[, ]/).filter(part => part !== '')
}

async function known(authorization: string, keys: string[]): Promise<boolean> {
  const [, key] = /^Bearer ([\w-]{1,256})$/.exec(authorization) ?? []
  if (key === undefined) return false
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return keys.includes(hex(new Uint8Array(sum)))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Adds what every answer of the edge carries. */
export function finished(response: Response, request: Request, reader: Reader): Response {
  const { headers } = response
  const id = request.headers.get('x-request-id') ?? ''
  headers.set('X-Request-Id', /^[\w.-]{1,64}$/.test(id) ? id : hex(crypto.getRandomValues(new Uint8Array(8))))
  headers.set('X-Content-Type-Options', 'nosniff')
  for (const [name, value] of Object.entries(reader)) {
    const old = headers.get(name)
    headers.set(name, old === null ? value : `${value}, ${old}`)
  }
  return response
}
