// What a host is asked, and how it answers: the one thing each of them runs.

import type { Quantum } from '@quantum-signals/sdk'
import { type Checked, type Given, runChecks } from './checks.ts'
import { type Leak, leak } from './leak.ts'
import { farewells, type Heard, listen } from './live.ts'
import { type Parity, parity } from './parity.ts'
import { type Soaked, soak } from './soak.ts'

export type Request =
  | { do: 'checks'; base: string }
  | { do: 'parity'; host: string; base: string }
  | { do: 'soak'; seed: number; candles: number }
  | { do: 'leak'; engines: number }
  | { do: 'listen'; url: string; channels: string[]; report: string }
  | { do: 'farewells'; urls: Record<string, string>; token?: string }

export type Answer<R extends Request> = R extends { do: 'checks' }
  ? Checked[]
  : R extends { do: 'parity' }
    ? Parity
    : R extends { do: 'soak' }
      ? Soaked
      : R extends { do: 'leak' }
        ? Leak
        : R extends { do: 'listen' }
          ? Heard
          : Record<string, string[]>

export async function perform(given: Given, request: Request): Promise<unknown> {
  if (request.do === 'listen') return listen(request, given.socket)
  if (request.do === 'farewells') return farewells(request, given.socket)
  const q: Quantum = await given.quantum()
  switch (request.do) {
    case 'checks':
      return runChecks(given, request.base)
    case 'parity':
      return parity(q, request.host, request.base)
    case 'soak':
      return soak(q, request.seed, request.candles)
    case 'leak':
      return leak(q, request.engines)
  }
}
