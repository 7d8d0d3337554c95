import { makeCandles } from '../candles.ts'
import type { Field } from '../contestant.ts'
import { answer, enroll, type Request } from './answer.ts'

declare global {
  /** What the page offers to the one who runs the races. */
  var bench: typeof offered
}

const offered = {
  async enroll(urls: readonly string[]): Promise<void> {
    enroll(await Promise.all(urls.map(async url => (await import(url)).default)))
  },

  answer: (request: Request): unknown => answer(request),

  /** Loads a field and takes the first result of its first contestant; milliseconds. */
  async firstResult(url: string): Promise<{ name: string; load: number; first: number; total: number }> {
    const bars = makeCandles(1000)
    const start = performance.now()
    const field: Field = (await import(url)).default
    const loaded = performance.now()
    const contestant = field.columns![0]!
    contestant.prepare(bars)()
    const end = performance.now()
    return { name: contestant.name, load: loaded - start, first: end - loaded, total: end - start }
  },
}

globalThis.bench = offered
