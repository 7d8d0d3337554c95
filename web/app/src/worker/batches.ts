import type { Bars } from '../protocol.ts'

/** Batches of bars end to end. */
export function join(batches: readonly Bars[], readings: number): Bars {
  const length = batches.reduce((n, b) => n + b.open_time.length, 0)
  const column = (of: (bars: Bars) => Float64Array) => {
    const all = new Float64Array(length)
    let at = 0
    for (const batch of batches) {
      all.set(of(batch), at)
      at += batch.open_time.length
    }
    return all
  }
  return {
    open_time: column(b => b.open_time),
    open: column(b => b.open),
    high: column(b => b.high),
    low: column(b => b.low),
    close: column(b => b.close),
    volume: column(b => b.volume),
    readings: Array.from({ length: readings }, (_, i) => column(b => b.readings[i]!)),
  }
}

/** The memory of bars, to be handed over instead of copied. */
export function buffers(bars: Bars): ArrayBuffer[] {
  const { readings, ...columns } = bars
  return [...Object.values(columns), ...readings].map(c => c.buffer as ArrayBuffer) // none is shared memory
}
