import type { Section } from '../contestant.ts'
import type { Race, Time } from './race.ts'
import type { Verdict } from './table.ts'

/** What the project promises of a section: how quantum's time in Chromium stands to another's. */
interface Aim {
  readonly section: Section
  readonly aim: string
  /** Which of ours, `quantum` if left out: that with `into` where the other fills columns it is given. */
  readonly ours?: string
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
  {
    section: 'columns',
    aim: 'seven readings, at most 1.25x native Go',
    ours: 'quantum, into',
    against: native('native Go'),
    slower: 1.25,
  },
  { section: 'columns', aim: 'seven readings, never slower than the plain loop', against: plain, slower: 1 },
  { section: 'stream', aim: 'one bar at a time, never slower than plain classes', against: plain, slower: 1 },
  {
    section: 'engine',
    aim: 'whole engine, at most 1.25x native Go',
    ours: 'quantum, into',
    against: native('native Go'),
    slower: 1.25,
  },
  {
    section: 'engine',
    aim: 'whole engine and its events, at most 1.25x native Go',
    ours: 'quantum, with events',
    against: native('native Go, with events'),
    slower: 1.25,
  },
  { section: 'volume-24', aim: 'profile of 24 rows, at least 4x the best package', against: peer, faster: 4 },
  { section: 'volume-100', aim: 'profile of 100 rows, at least 4x the best package', against: peer, faster: 4 },
  { section: 'volume-1000', aim: 'profile of 1000 rows, at least 100x the best package', against: peer, faster: 100 },
]

/** Holds the races against the aims, for each number of bars where both sides have a time. */
export function verdicts(races: readonly Race[]): Verdict[] {
  return [...aims.flatMap(aim => held(aim, races)), ...flat(races)]
}

function held(aim: Aim, races: readonly Race[]): Verdict[] {
  const times = timesOf(races, aim.section)
  const ours = times.filter(t => inChromium(t) && t.name === (aim.ours ?? 'quantum'))
  return ours.flatMap(our => {
    const others = times.filter(t => t.bars === our.bars && aim.against(t)).sort((a, b) => a.median! - b.median!)
    return others[0] === undefined ? [] : [judge(aim, our, others[0])]
  })
}

/** Whether rows cost a bar nearly nothing: our own profile of many against that of few. */
function flat(races: readonly Race[]): Verdict[] {
  const aim = 'profile of 1000 rows, nearly the time of 24: at most 1.5x'
  const of = (section: Section) => timesOf(races, section).filter(t => inChromium(t) && t.name === 'quantum')
  const few = of('volume-24')
  return of('volume-1000').flatMap(many => {
    const other = few.find(t => t.bars === many.bars)
    return other ? [judge({ section: 'volume-1000', aim, against: inChromium, slower: 1.5 }, many, other)] : []
  })
}

const timesOf = (races: readonly Race[], section: Section): Time[] =>
  races.find(r => r.section === section)?.times.filter(t => t.median !== undefined) ?? []

function judge({ aim, faster, slower }: Aim, our: Time, other: Time): Verdict {
  const compare = (ours: number, theirs: number): number => (faster === undefined ? ours / theirs : theirs / ours)
  const ratio = compare(our.median!, other.median!)
  const met = faster === undefined ? ratio <= slower! : ratio >= faster
  return { aim, bars: our.bars, ratio, best: compare(our.best!, other.best!), met, against: other.name }
}
