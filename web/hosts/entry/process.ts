// Node, Deno and Bun: the request is the first argument, the answer is printed.

import type { SocketConstructor } from '@quantum-signals/sdk/live'
import { perform } from '../suite/perform.ts'
import { given } from './given.ts'

/** Node has a WebSocket of its own from version 22 on. */
async function equipped() {
  if ('WebSocket' in globalThis) return given
  const { WebSocket } = await import('ws')
  return { ...given, socket: WebSocket as unknown as SocketConstructor } // its own types are wider
}

process.stdout.write(JSON.stringify(await perform(await equipped(), JSON.parse(process.argv[2]!))))
