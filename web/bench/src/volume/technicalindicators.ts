import { VolumeProfile } from 'technicalindicators'
import { enter, type Field } from '../contestant.ts'
import { races } from './races.ts'

/** A row as the package has it; its declaration leaves the last field out. */
interface Row {
  readonly totalVolume: number
}

export default races(rows => [
  enter<readonly Row[]>({
    name: 'technicalindicators',
    note: 'the whole volume of a bar to every row it touches: the rows sum to many times the volume',
    prepare: bars => {
      const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map(c =>
        Array.from(c),
      ) as [number[], number[], number[], number[], number[]]
      return () => VolumeProfile.calculate({ open, high, low, close, volume, noOfBars: rows }) as unknown as Row[]
    },
    columns: list => [list.map(row => row.totalVolume)],
  }),
]) satisfies Field
