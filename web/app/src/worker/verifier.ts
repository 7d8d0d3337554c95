import type { Disagreement, EngineEvent, FeedEntry, Verdict, Verification } from '../protocol.ts'
import type { UnixMs } from '../time.ts'

const patience = 15_000 // milliseconds the server may take to send an event the browser has found
const remembered = 4_000 // pairs kept, so that one side's second word meets the first
const listed = 40 // comparisons and disagreements shown

interface Pair {
  here: EngineEvent | null
  there: EngineEvent | null
  verdict: Verdict
  due: number
}

/**
 * Compares the events the browser computed with those the server committed, by
 * kind, bar, side, price, pivots and levels. Either side may speak first. One
 * is missing when its side has gone past the bar without it: the browser when it
 * has computed the bar, the server when it has sent an event of a later bar, or
 * nothing for fifteen seconds. Should it turn up after all, it counts as what it
 * is. Memory is bounded.
 */
export class Verifier {
  readonly #pairs = new Map<string, Pair>() // by kind and bar, oldest first
  readonly #open = new Set<string>() // those still alone
  readonly #changed = new Set<string>()
  readonly #since: UnixMs | null
  readonly #engines: readonly string[]
  #newestHere = Number.NEGATIVE_INFINITY // the last bar each side has spoken of
  #newestThere = Number.NEGATIVE_INFINITY
  #agree = 0
  #disagree = 0

  /**
   * @param since open time of the first bar compared.
   * @param engines whose events the browser computes, `cipher` or `volume`; others are only listed.
   */
  constructor(since: UnixMs | null, engines: readonly string[]) {
    this.#since = since
    this.#engines = engines
  }

  /** The browser's own events of all bars up to the one that opens at `newest`. */
  here(events: readonly EngineEvent[], newest: UnixMs, now: number): void {
    this.#newestHere = Math.max(this.#newestHere, newest)
    for (const event of events) this.#put(event, 'here', now)
  }

  /** Whether the browser computes events of this kind. */
  compares(kind: string): boolean {
    return this.#engines.some(name => kind.startsWith(`${name}.`))
  }

  /** The server's events, bar by bar. */
  there(events: readonly EngineEvent[], now: number): void {
    for (const event of events) {
      this.#newestThere = Math.max(this.#newestThere, event.open_time)
      this.#put(event, 'there', now)
    }
  }

  /** Gives the server more time, after a connection was away. */
  extend(now: number): void {
    for (const key of this.#open) this.#pairs.get(key)!.due = now + patience
  }

  /** Judges those that are alone and will stay so. */
  settle(now: number): void {
    for (const key of this.#open) {
      const pair = this.#pairs.get(key)!
      const { open_time } = (pair.here ?? pair.there)!
      const over = pair.here ? open_time < this.#newestThere || pair.due <= now : open_time <= this.#newestHere
      if (!over) continue
      this.#open.delete(key)
      this.#judge(key, pair, pair.here ? 'missing_there' : 'missing_here')
    }
  }

  /** Entries that are new or changed since the last call. */
  take(): FeedEntry[] {
    const entries = [...this.#changed].flatMap(key => entry(this.#pairs.get(key)))
    this.#changed.clear()
    return entries
  }

  get verification(): Verification {
    const latest: FeedEntry[] = []
    const disagreements: Disagreement[] = []
    for (const pair of [...this.#pairs.values()].reverse()) {
      const { verdict, here, there } = pair
      if (verdict === 'agree' || verdict === 'differs') latest.push(...entry(pair))
      if (verdict === 'differs' || verdict === 'missing_here' || verdict === 'missing_there') {
        disagreements.push({ verdict, here, there })
      }
    }
    return {
      agree: this.#agree,
      disagree: this.#disagree,
      pending: this.#open.size,
      since: this.#since,
      latest: latest.sort((a, b) => b.open_time - a.open_time).slice(0, listed),
      disagreements: disagreements.slice(0, listed),
    }
  }

  #put(event: EngineEvent, side: 'here' | 'there', now: number): void {
    const key = `${event.kind} ${event.open_time}`
    const pair = this.#pairs.get(key) ?? { here: null, there: null, verdict: 'pending', due: now + patience }
    pair[side] = event
    this.#pairs.set(key, pair)
    if (!this.compares(event.kind)) return this.#judge(key, pair, 'outside')
    if (pair.here && pair.there) {
      this.#open.delete(key)
      this.#judge(key, pair, fingerprint(pair.here) === fingerprint(pair.there) ? 'agree' : 'differs')
    } else {
      this.#open.add(key)
      this.#changed.add(key)
    }
    this.#forget()
  }

  #judge(key: string, pair: Pair, verdict: Verdict): void {
    this.#count(pair.verdict, -1)
    this.#count(verdict, 1)
    pair.verdict = verdict
    this.#changed.add(key)
  }

  #count(verdict: Verdict, by: number): void {
    if (verdict === 'agree') this.#agree += by
    else if (verdict !== 'pending' && verdict !== 'outside') this.#disagree += by
  }

  #forget(): void {
    for (const [key] of this.#pairs) {
      if (this.#pairs.size <= remembered) return
      this.#pairs.delete(key)
      this.#open.delete(key)
      this.#changed.delete(key)
    }
  }
}

function entry(pair: Pair | undefined): FeedEntry[] {
  const event = pair?.there ?? pair?.here
  return pair && event ? [{ ...event, verdict: pair.verdict }] : []
}

/** Everything two events must share. Numbers print in shortest round-trip form, so equal text is equal bits. */
export function fingerprint(event: EngineEvent): string {
  const number = (v: number) => (Object.is(v, -0) ? '-0' : String(v))
  const pivots = event.pivots.map(p => [p.open_time, p.level, p.price].map(number).join(' '))
  const levels = event.levels.map(l => [l.price, l.session].map(number).join(' '))
  const { kind, side, open_time, known_at, price } = event
  return [kind, side, open_time, known_at, number(price), 'pivots', ...pivots, 'levels', ...levels].join('|')
}
