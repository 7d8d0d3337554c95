import { Quantum } from '@quantum-signals/sdk'
import type { Given } from '../suite/checks.ts'

/** Where the package loads its module by itself: Node, Deno, Bun, pages and workers. */
export const given: Given = {
  quantum: () => Quantum.load(),
  load: source => Quantum.load(source),
}
