import type { Section } from '../contestant.ts'
import type { Agreement, Request, Sample } from '../host/answer.ts'
import type { Host } from './host.ts'

/** A contestant in a host. */
export interface Entrant {
  readonly host: string
  readonly name: string
}

/** What one entrant took over one number of bars. */
export interface Time extends Entrant {
  readonly bars: number
  /** Nanoseconds a bar: the middle and the best of the samples; absent where it took no part. */
  readonly median?: number
  readonly best?: number
  /** Why it took no part. */
  readonly why?: string
}

/** One section over all numbers of bars. */
export interface Race {
  readonly section: Section
  readonly times: readonly Time[]
}

/** How hard a run tries. */
export interface Effort {
  readonly sizes: readonly number[]
  /** Samples of each entrant. */
  readonly rounds: number
  /** Samples of an entrant that takes over a second for one. */
  readonly slowRounds: number
  /** An entrant that would take longer than this for one sample, in seconds, sits out. */
  readonly patience: number
  /** Whether a sample is timed on the wall, or by the processor time it took. */
  readonly clock: 'wall' | 'processor'
}

/**
 * Races everyone of a section in every host. The samples are interleaved, one
 * of each entrant a round, each round beginning with another entrant, so that a
 * busy moment of the machine meets them all.
 */
export async function race(section: Section, hosts: readonly Host[], effort: Effort, names: Names): Promise<Race> {
  const times: Time[] = []
  for (const bars of effort.sizes) {
    const out: Time[] = []
    const starters: { host: Host; name: string; samples: number[] }[] = []
    for (const host of hosts) {
      const able = (names.get(host.name) ?? []).filter(name => {
        const before = times.findLast(t => t.host === host.name && t.name === name)
        const seconds = ((before?.median ?? 0) * bars) / 1e9
        const why = before?.why ?? (seconds > effort.patience ? `about ${Math.round(seconds)} s a run` : undefined)
        if (why !== undefined) out.push({ host: host.name, name, bars, why })
        return why === undefined
      })
      const ready = await host.ask<string[]>({
        do: 'prepare',
        section,
        bars,
        names: able,
        leastMs: shortest[effort.clock],
      })
      for (const name of able) {
        if (ready.includes(name)) starters.push({ host, name, samples: [] })
        else out.push({ host: host.name, name, bars, why: 'fails' })
      }
    }
    for (let round = 0; round < effort.rounds; round++) {
      for (let i = 0; i < starters.length; i++) {
        const { host, name, samples } = starters[(i + round) % starters.length]!
        const slow = ((samples[0] ?? 0) * bars) / 1e9 > 1
        if (samples.length >= (slow ? effort.slowRounds : effort.rounds)) continue
        samples.push(await sample(host, name, bars, effort.clock))
      }
    }
    for (const { host, name, samples } of starters) {
      samples.sort((a, b) => a - b)
      out.push({ host: host.name, name, bars, median: samples[samples.length >> 1]!, best: samples[0]! })
    }
    times.push(...out)
  }
  return { section, times }
}

/**
 * Milliseconds a sample takes at least: long beside the tick of the clock, and
 * of processor time beside the request itself, which costs the host some too.
 */
const shortest = { wall: 5, processor: 25 }

/** One sample, in nanoseconds a bar. */
async function sample(host: Host, name: string, bars: number, clock: Effort['clock']): Promise<number> {
  if (clock === 'wall') {
    const { nanoseconds, calls } = await host.ask<Sample>({ do: 'sample', name })
    return nanoseconds / (calls * bars)
  }
  const [all, { calls }] = await spent<Sample>(host, { do: 'sample', name })
  return (all - (await requestCost(host))) / (calls * bars)
}

const requestCosts = new Map<Host, number>()

/** What a request costs a host by itself: the least of a few, asked once. */
async function requestCost(host: Host): Promise<number> {
  const known = requestCosts.get(host)
  if (known !== undefined) return known
  const costs: number[] = []
  for (let i = 0; i < 9; i++) costs.push((await spent(host, { do: 'nothing' }))[0])
  requestCosts.set(host, Math.min(...costs))
  return requestCost(host)
}

/** What answering a request cost a host of processor time, and its answer. */
async function spent<Answer>(host: Host, request: Request): Promise<[number, Answer]> {
  const before = host.spent()
  const answer = await host.ask<Answer>(request)
  return [host.spent() - before, answer]
}

/** Who takes part in a section, by host. */
export type Names = ReadonlyMap<string, readonly string[]>

/** Asks every host whom it has for a section, and how their numbers agree over a first stretch. */
export async function roll(section: Section, hosts: readonly Host[], bars: number, skip: number) {
  const agreements = new Map<string, readonly Agreement[]>()
  for (const host of hosts) agreements.set(host.name, await host.ask<Agreement[]>({ do: 'agree', section, bars, skip }))
  return agreements
}
