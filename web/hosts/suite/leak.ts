import type { Quantum } from '@quantum-signals/sdk'
import { Random, Walk } from './random.ts'

/** Bytes the module has dealt out to engines, before and after so many of them were made, fed and freed. */
export interface Leak {
  engines: number
  before: number
  after: number
}

const warmUp = 1000

/** Makes engines of both kinds, feeds each some bars, moves some of them through snapshots, and frees them all. */
export function leak(q: Quantum, engines: number): Leak {
  const interval = 60_000
  const walk = new Walk(new Random(1), interval)
  walk.tame = true
  const bars = Array.from({ length: 3 }, () => walk.next())
  const cycle = (i: number): void => {
    const stream =
      i % 4 === 0
        ? q.volumeStream({ interval, range: { kind: 'rolling', bars: 2 } })
        : q.cipherStream({ interval, params: i % 2 === 0 ? {} : { preset: 'classic' } })
    for (const bar of bars) stream.next(bar)
    if (i % 100 < 2) stream.restore(stream.snapshot())
    if (i % 100 === 3) stream.nextMany(bars.map(bar => ({ ...bar, open_time: bar.open_time + 3 * interval })))
    stream.dispose()
  }
  for (let i = 0; i < warmUp; i++) cycle(i)
  const before = q.memoryUsed
  for (let i = 0; i < engines; i++) cycle(i)
  return { engines, before, after: q.memoryUsed }
}
