import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { processorTime } from './clock.ts'
import type { Host } from './host.ts'

/**
 * A host that is a process of ours: a request is a line of JSON to it, an
 * answer a line from it. Its work is done by its main thread, or moves between
 * all of them.
 */
export function startProcess(
  name: string,
  command: string,
  args: readonly string[],
  threads: 'main' | 'all' = 'main',
): Host {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    name,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${name} ended at ${JSON.stringify(request)}`)
      const reply = JSON.parse(value)
      if (reply.error !== undefined) throw new Error(`${name}: ${reply.error}`)
      return reply.answer
    },
    spent: () => processorTime(child.pid!, threads),
    async close() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
