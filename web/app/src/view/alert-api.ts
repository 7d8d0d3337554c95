/** An alert as the API answers it. */
export interface Alert {
  id: string
  name: string
  expression: string
  trigger: 'bar' | 'once'
  cooldown: number // ms
  expires_at: number // Unix ms, 0 for never
  message: string
  status: 'active' | 'done' | 'expired'
  fired: number
  webhook: { host: string; off: string } | null
}

/** What an alert said at a bar. */
export interface Fired {
  seq: number
  open_time: number
  known_at: number
  price: number | null
  message: string
}

/** One attempt at a webhook. */
export interface Attempt {
  id: string
  attempt: number
  at: number
  took_ms: number
  status: number // 0 where no answer came
  error: string
  outcome: 'delivered' | 'retry' | 'dead' | 'off'
  next_at: number
}

/** A message that was given up. */
export interface DeadLetter {
  id: string
  alert: string
  at: number
  why: string
}

/** The bars of a history at which an alert would have fired. */
export interface Rehearsal {
  bars: number
  count: number
  matches: { open_time: number; message: string }[]
}

/** What the server did not do, and why. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }

  /** Whether a key would help. */
  get locked(): boolean {
    return this.status === 401 || this.status === 403
  }
}

const base = '/api/v1/alerts'

/**
 * Calls the API of alerts, at a path below /api/v1/alerts.
 * @throws {Refusal} with the words of the server.
 */
export async function call<T>(method: string, path: string, body?: unknown, key = ''): Promise<T> {
  const headers: Record<string, string> = {}
  if (key) headers.Authorization = `Bearer ${key}`
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const response = await fetch(base + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  let answer: { detail?: string } | undefined
  try {
    answer = text ? (JSON.parse(text) as { detail?: string }) : undefined
  } catch {
    throw new Refusal(response.status, `The server answers ${response.status}, and not in JSON.`)
  }
  if (!response.ok) throw new Refusal(response.status, answer?.detail ?? response.statusText)
  return answer as T
}
