import { type Candle, Candles, type CipherColumns, Quantum } from '@quantum-signals/sdk'
import { type Columns, interval } from './candles.ts'
import { enter, type Field, readingNames } from './contestant.ts'
import { races } from './volume/races.ts'

const quantum = await Quantum.load()
const places = readingNames.map(name => quantum.names.readings.indexOf(name))

const columns = enter<CipherColumns>({
  name: 'quantum',
  note: 'computes and copies out all 21 readings, the flags and the events: the package has no choice of columns',
  prepare: bars => {
    const candles = candlesOf(bars)
    return () => quantum.cipher(candles, { interval })
  },
  columns: ({ readings }) => readingNames.map(name => readings[name]!),
})

const engine = enter<CipherColumns>({
  name: 'quantum',
  prepare: bars => {
    const candles = candlesOf(bars)
    return () => quantum.cipher(candles, { interval })
  },
  columns: ({ readings, flags }) => [...Object.values(readings), Array.from(flags, Number)],
})

const next = enter<Float64Array[]>({
  name: 'quantum',
  note: 'next, a call of the module a bar: every reading and flag in a new object',
  prepare: bars => {
    const list = objects(bars)
    const out = readingNames.map(() => new Float64Array(list.length))
    return () => {
      const stream = quantum.cipherStream({ interval })
      for (let i = 0; i < list.length; i++) {
        const { values } = stream.next(list[i]!)
        for (let j = 0; j < out.length; j++) out[j]![i] = values[places[j]!]!
      }
      stream.dispose()
      return out
    }
  },
  columns: result => result,
})

const nextMany = enter<CipherColumns>({
  name: 'quantum, nextMany',
  note: 'all bars in one call, from columns to columns',
  prepare: bars => {
    const candles = candlesOf(bars)
    return () => {
      const stream = quantum.cipherStream({ interval })
      const result = stream.nextMany(candles)
      stream.dispose()
      return result
    }
  },
  columns: ({ readings }) => readingNames.map(name => readings[name]!),
})

const profiles = races(rows => [profile('quantum', rows, 'uniform'), profile('quantum, spread close', rows, 'close')])

function profile(name: string, rows: number, spread: 'uniform' | 'close') {
  return enter({
    name,
    prepare: bars => {
      const candles = candlesOf(bars)
      return () => quantum.volume(candles, { rows, spread })
    },
    columns: ({ up, down }) => [up.map((v, i) => v + down[i]!)],
  })
}

export default { columns: [columns], engine: [engine], stream: [next, nextMany], ...profiles } satisfies Field

function candlesOf({ openTime: open_time, open, high, low, close, volume }: Columns): Candles {
  return new Candles({ open_time, open, high, low, close, volume })
}

function objects(c: Columns): Candle[] {
  return Array.from(c.close, (close, i) => ({
    open_time: c.openTime[i]!,
    open: c.open[i]!,
    high: c.high[i]!,
    low: c.low[i]!,
    close,
    volume: c.volume[i]!,
  }))
}
