/** What the Worker is configured with: see wrangler.jsonc and README.md. */
export interface Env {
  /** Address of the origin, as in `https://signals.example`. */
  ORIGIN_URL?: string
  /** The origin as a service binding; it goes before the address. */
  ORIGIN?: { fetch(request: Request): Promise<Response> }
  /** Browser origins that may read answers, with commas between. */
  ORIGINS?: string
  /** SHA-256 in hex of the keys that may ask, with commas between; a secret. Without it everybody may. */
  KEYS?: string
  /** Key that the origin wants of the Worker itself; a secret. */
  ORIGIN_KEY?: string
  /** Bounds of a request: bytes of a body, candles. */
  MAX_BODY?: string
  MAX_BARS?: string
}

/** What the runtime gives beside a request. */
export interface Context {
  waitUntil(task: Promise<unknown>): void
}

const defaultMaxBody = 8 << 20
const defaultMaxBars = 50_000

/** The bounds, as the Go road reads them: what is no positive whole number is the default. */
export function limits(env: Env): { body: number; bars: number } {
  return { body: bound(env.MAX_BODY, defaultMaxBody), bars: bound(env.MAX_BARS, defaultMaxBars) }
}

function bound(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : otherwise
}
