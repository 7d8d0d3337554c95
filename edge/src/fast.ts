import { EngineError, type Quantum } from '@quantum-signals/sdk'
import { type Ask, readColumns, readJSON } from './ask.ts'
import { type Answer, cipher } from './cipher.ts'
import { type Env, limits } from './env.ts'
import { volume } from './volume.ts'

const json = 'application/json'
const binary = 'application/octet-stream'

/** Plain media types of bodies and answers; those spelled otherwise are the Go road's. */
const takes: Record<string, string> = {
  '': json,
  [json]: json,
  'application/json; charset=utf-8': json,
  [binary]: binary,
}
const gives: Record<string, string> = { '': json, '*/*': json, [json]: json, [binary]: binary }

/** Whether the head of a request leaves it to the fast road to look at its body. */
export function mayBeFast(request: Request, url: URL, env: Env): boolean {
  const { headers } = request
  const length = Number(headers.get('content-length') ?? Number.NaN)
  const type = takes[headers.get('content-type') ?? '']
  return (
    request.method === 'POST' &&
    length > 0 &&
    length <= limits(env).body &&
    !headers.has('content-encoding') &&
    type !== undefined &&
    (type === binary || !url.href.includes('?')) &&
    gives[headers.get('accept') ?? ''] !== undefined &&
    /^("[\w-]+")?$/.test(headers.get('if-none-match') ?? '')
  )
}

/** How long the steps of an answer took, in milliseconds. */
interface Steps {
  decode: number
  compute: number
  encode: number
}

/**
 * Answers a plain request with the bytes the Go road would answer it with;
 * undefined where it is none, or the module refuses it.
 */
export async function fast(
  quantum: Quantum,
  request: Request,
  url: URL,
  body: ArrayBuffer,
  env: Env,
): Promise<Response | undefined> {
  const path = url.pathname.slice('/api/v1'.length)
  const taken = takes[request.headers.get('content-type') ?? '']!
  const given = gives[request.headers.get('accept') ?? '']!
  const tag = await entityTag(quantum, [path, url.search.slice(1), taken, given], body)
  const headers: Record<string, string> = { ETag: tag }
  if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers })

  const began = performance.now()
  const isCipher = path === '/signals/cipher'
  const catalog = isCipher ? quantum.catalog.cipher : quantum.catalog.volume
  const { bars } = limits(env)
  const ask =
    taken === json
      ? readJSON(new Uint8Array(body), catalog, isCipher, bars)
      : readColumns(body, url.search, catalog, isCipher, bars)
  if (!ask || (isCipher && ask.interval === 0)) return undefined
  const decoded = performance.now()
  const answer = compute(quantum, ask, isCipher, given === binary)
  if (!answer) return undefined
  const computed = performance.now()

  headers['Content-Type'] = given
  headers['Cache-Control'] = 'private, max-age=86400'
  headers.Vary = 'Accept'
  headers['Quantum-Engine'] = `${quantum.version}; wasm-sha256=${quantum.sha256}`
  const out = written(answer, given, headers)
  const steps = { decode: decoded - began, compute: computed - decoded, encode: performance.now() - computed }
  headers['Server-Timing'] = timing(steps)
  return new Response(out, { headers })
}

function compute(quantum: Quantum, ask: Ask, isCipher: boolean, columnsOnly: boolean): Answer | undefined {
  try {
    return isCipher ? cipher(quantum, ask, columnsOnly) : volume(quantum, ask)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    // biome-ignore lint/suspicious/noConsole: the Worker's log is where a bug of ours is to be seen
    if (error.code === 'trapped') console.error(error.message, error.cause)
    return undefined // the Go road words the refusal; of a trap a new instance is made by the next request
  }
}

function written(answer: Answer, media: string, headers: Record<string, string>): string | Uint8Array<ArrayBuffer> {
  if (media === json) return answer.json()
  const { names, rows, bytes } = answer.columns()
  headers['Quantum-Columns'] = names.join()
  headers['Quantum-Rows'] = String(rows)
  return bytes
}

function timing({ decode, compute, encode }: Steps): string {
  const entries = Object.entries({ decode, compute, encode }).map(([step, ms]) => `${step};dur=${ms.toFixed(3)}`)
  return [...entries, 'road;desc="fast"'].join(', ')
}

const encoder = new TextEncoder()

/** The strong validator of an answer: 16 bytes of SHA-256 over everything it depends on, as server/compute makes it. */
async function entityTag({ version, sha256 }: Quantum, parts: string[], body: ArrayBuffer): Promise<string> {
  const head = encoder.encode([version, sha256, ...parts, ''].join('\0'))
  const all = new Uint8Array(head.length + body.byteLength)
  all.set(head)
  all.set(new Uint8Array(body), head.length)
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', all))
  return `"${btoa(String.fromCharCode(...sum.subarray(0, 16)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')}"`
}
