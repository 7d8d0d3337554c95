import { type Candle, Candles, type CipherColumns, Quantum } from '@quantum-signals/sdk'
import { type Columns, interval } from './candles.ts'
import { enter, type Field, readingNames } from './contestant.ts'
import { races } from './volume/races.ts'

const quantum = await Quantum.load()
const places = readingNames.map(name => quantum.names.readings.indexOf(name))

/** The seven readings; into the columns of the call before, or into new ones. */
function seven(name: string, again: boolean) {
  return enter<CipherColumns>({
    name,
    ...(again && { note: 'the columns of the call before are filled again, as native Go fills columns it is given' }),
    prepare: bars => {
      const candles = candlesOf(bars)
      let into: CipherColumns | undefined
      return () => {
        const result = quantum.cipher(candles, { interval, fields: readingNames, ...(into && { into }) })
        if (again) into = result
        return result
      }
    },
    columns: ({ readings }) => readingNames.map(name => readings[name]!),
  })
}

/** All 21 readings and the flags; with the list of events or without. */
function whole(name: string, events: boolean, again: boolean) {
  return enter<CipherColumns>({
    name,
    prepare: bars => {
      const candles = candlesOf(bars)
      let into: CipherColumns | undefined
      return () => {
        const result = quantum.cipher(candles, { interval, events, ...(into && { into }) })
        if (again) into = result
        return result
      }
    },
    columns: ({ readings, flags }) => [...Object.values(readings), Array.from(flags, Number)],
  })
}

const next = enter<Float64Array[]>({
  name: 'quantum',
  note: 'next, a call of the module a bar: every reading and flag, into the object of the bar before',
  prepare: bars => {
    const list = objects(bars)
    const out = readingNames.map(() => new Float64Array(list.length))
    return () => {
      const stream = quantum.cipherStream({ interval })
      const output = { values: [], flags: 0n }
      for (let i = 0; i < list.length; i++) {
        const { values } = stream.next(list[i]!, output)
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
  note: 'all bars in one call, from columns to the columns of the seven',
  prepare: bars => {
    const candles = candlesOf(bars)
    return () => {
      const stream = quantum.cipherStream({ interval })
      const result = stream.nextMany(candles, { fields: readingNames })
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

export default {
  columns: [seven('quantum', false), seven('quantum, into', true)],
  engine: [
    whole('quantum', false, false),
    whole('quantum, into', false, true),
    whole('quantum, with events', true, true),
  ],
  stream: [next, nextMany],
  ...profiles,
} satisfies Field

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
