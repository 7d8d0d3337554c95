import type { Env } from './env.ts'

/**
 * Passes a request to the origin as it is, an upgrade to a WebSocket included.
 * @returns undefined where no origin is configured.
 */
export async function passOn(request: Request, url: URL, env: Env): Promise<Response | undefined> {
  if (!env.ORIGIN && !env.ORIGIN_URL) return undefined
  try {
    if (env.ORIGIN) return await env.ORIGIN.fetch(request)
    const to = new URL(url.pathname + url.search, env.ORIGIN_URL)
    return await fetch(new Request(to, request), { redirect: 'manual' })
  } catch {
    return unreachable()
  }
}

/** The refusal of a request whose origin does not answer. */
function unreachable(): Response {
  const problem = {
    type: '/problems/unavailable',
    title: 'Unavailable',
    status: 503,
    detail: 'the origin does not answer',
    code: 'unavailable',
  }
  return new Response(`${JSON.stringify(problem)}\n`, {
    status: 503,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', 'Retry-After': '2' },
  })
}
