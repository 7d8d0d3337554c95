import type { Contestant, Field } from '../contestant.ts'
import { rowCounts } from './rows.ts'

/** The volume races, of as many rows each, with the contestants `of` gives. */
export function races(of: (rows: number) => readonly Contestant[]): Field {
  return Object.fromEntries(rowCounts.map(rows => [`volume-${rows}`, of(rows)]))
}
