import type { Section } from '../contestant.ts'
import type { Race, Time } from './race.ts'
import type { Verdict } from './table.ts'

/** What the project promises of a section: how quantum's time in Chromium stands to another's. */
interface Aim {
  readonly section: Section
  readonly aim: string
  /** Who it is held against; of several the fastest. */
  readonly against: (t: Time) => boolean
  /** Their time over ours at least, or ours over theirs at most. */
  readonly faster?: number
  readonly slower?: number
}

const inChromium = (t: Time): boolean => t.host === 'Chromium'
const native = (name: string) => (t: Time) => t.name === name
const plain = (t: Time): boolean => inChromium(t) && /^plain (loop|classes)$/.test(t.name)
const peer = (t: Time): boolean => inChromium(t) && !/^(quantum|plain|native)/.test(t.name)

const aims: readonly Aim[] = [
  { section: 'columns', aim: 'seven readings, at least 2x the best package', against: peer, faster: 2 },
  {
    section: 'columns',
    aim: 'seven readings, at least 30x technicalindicators',
    against: t => peer(t) && t.name === 'technicalindicators',
    faster: 30,
  },
  { section: 'columns', aim: 'seven readings, at most 1.25x native Go', against: native('native Go'), slower: 1.25 },
  { section: 'columns', aim: 'seven readings, never slower than the plain loop', against: plain, slower: 1 },
  { section: 'stream', aim: 'one bar at a time, never slower than plain classes', against: plain, slower: 1 },
  { section: 'engine', aim: 'whole engine, at most 1.25x native Go', against: native('native Go'), slower: 1.25 },
  { section: 'volume-24', aim: 'profile of 24 rows, at least 4x the best package', against: peer, faster: 4 },
  { section: 'volume-1000', aim: 'profile of 1000 rows, at least 100x the best package', against: peer, faster: 100 },
]

/** Holds the races against the aims, for each number of bars where both sides have a time. */
export function verdicts(races: readonly Race[]): Verdict[] {
  return aims.flatMap(aim => {
    const times = races.find(r => r.section === aim.section)?.times.filter(t => t.median !== undefined) ?? []
    const ours = times.filter(t => inChromium(t) && t.name === 'quantum')
    return ours.flatMap(our => {
      const others = times.filter(t => t.bars === our.bars && aim.against(t)).sort((a, b) => a.median! - b.median!)
      return others[0] === undefined ? [] : [judge(aim, our, others[0])]
    })
  })
}

function judge({ aim, faster, slower }: Aim, our: Time, other: Time): Verdict {
  const compare = (ours: number, theirs: number): number => (faster === undefined ? ours / theirs : theirs / ours)
  const ratio = compare(our.median!, other.median!)
  const met = faster === undefined ? ratio <= slower! : ratio >= faster
  return { aim, bars: our.bars, ratio, best: compare(our.best!, other.best!), met, against: other.name }
}
