import type { Request } from '../host/answer.ts'

/** A place where contestants run: a browser's page, a Node process, the native program. */
export interface Host {
  readonly name: string
  /** Throws what the host refused the request with. */
  ask<Answer>(request: Request): Promise<Answer>
  /** Nanoseconds its thread has spent on a processor so far, while it waits for a request. */
  spent(): number
  close(): Promise<void>
}
