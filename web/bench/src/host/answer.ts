import { type Columns, makeCandles, windows } from '../candles.ts'
import type { Contestant, Field, Readings, Section } from '../contestant.ts'
import { difference } from './difference.ts'
import { digest } from './digest.ts'

/** What the one who runs the races asks of a host: a browser's page, Node, or the native program. */
export type Request =
  | { readonly do: 'nothing' }
  | { readonly do: 'digest'; readonly bars: number }
  | { readonly do: 'agree'; readonly section: Section; readonly bars: number; readonly skip: number }
  | Prepare
  | { readonly do: 'sample'; readonly name: string }

export interface Prepare {
  readonly do: 'prepare'
  readonly section: Section
  readonly bars: number
  readonly names: readonly string[]
  /** A call so short that the clock would round it is repeated until this has passed. */
  readonly leastMs: number
}

/** A sample: how long so many calls took. */
export interface Sample {
  readonly nanoseconds: number
  readonly calls: number
}

/** How one contestant's columns differ from the reference's at the same bars. */
export interface Agreement {
  readonly name: string
  readonly note?: string
  /** The greatest difference in each column, or why there is no result. */
  readonly worst: readonly number[] | string
  /** A hash of the bits of all columns, absent entries included. */
  readonly digest: string
}

/** How long a contestant runs before it is timed, so that it is compiled. */
const warmMs = 300

let longest: Columns | undefined
let fields: readonly Field[] = []
const runners = new Map<string, () => Sample>()

/** Keeps the last result, so that no work can be dropped as unused. */
export let last: unknown

/** Names the fields whose contestants this host runs. */
export function enroll(all: readonly Field[]): void {
  fields = all
}

/** Answers one request; throws with the contestant's own error. */
export function answer(request: Request): unknown {
  switch (request.do) {
    case 'nothing':
      return null
    case 'digest':
      return digest(Object.values(candles(request.bars)))
    case 'agree':
      return agree(request.section, request.bars, request.skip)
    case 'prepare':
      return prepare(request)
    case 'sample':
      return runners.get(request.name)!()
  }
}

/** The first bars of the one long series, made once. */
function candles(bars: number): Columns {
  if (longest === undefined || longest.close.length < bars) longest = makeCandles(bars)
  return windows(longest, bars)[0]!
}

function contestants(section: Section): Contestant[] {
  return fields.flatMap(field => field[section] ?? [])
}

/** Compares everyone's columns, from bar `skip` on, with those of the one it is like. */
function agree(section: Section, bars: number, skip: number): Agreement[] {
  const series = candles(bars)
  const references = new Map<string, Readings>()
  return contestants(section).map(contestant => {
    const about = contestant.note === undefined ? {} : { note: contestant.note }
    try {
      const columns = contestant.columns(contestant.prepare(series)())
      references.set(contestant.name, columns)
      const [first] = references.values()
      const reference = references.get(contestant.like ?? '') ?? first!
      const worst = columns.map((column, i) => difference(column, reference[i]!, skip))
      return { name: contestant.name, ...about, worst, digest: digest(columns) }
    } catch (error) {
      return { name: contestant.name, ...about, worst: String(error), digest: '' }
    }
  })
}

/** Makes the named contestants ready for samples over `bars` bars; answers those who can, warmed up. */
function prepare({ section, bars, names, leastMs }: Prepare): string[] {
  runners.clear()
  last = undefined
  candles(bars)
  const ready = contestants(section).filter(contestant => names.includes(contestant.name))
  for (const contestant of ready) {
    try {
      runners.set(contestant.name, runner(contestant, bars, leastMs))
    } catch {
      // It said why when its result was compared; here it only takes no part.
    }
  }
  return [...runners.keys()]
}

/** A function that takes one sample. */
function runner(contestant: Contestant, bars: number, leastMs: number): () => Sample {
  const tasks = windows(longest!, bars).map(window => contestant.prepare(window))
  let turn = 0
  const time = (calls: number): number => {
    const start = performance.now()
    for (let i = 0; i < calls; i++) {
      last = tasks[turn]!()
      turn = turn + 1 === tasks.length ? 0 : turn + 1
    }
    return performance.now() - start
  }
  let spent = time(1)
  let calls = 1
  while (spent < warmMs) {
    const took = time(calls)
    spent += took
    if (took < leastMs) calls *= 2
  }
  return () => ({ nanoseconds: time(calls) * 1e6, calls })
}
