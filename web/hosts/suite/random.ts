// wasm/parity/random.go in TypeScript: the same numbers, the same candles.

import type { Candle } from '@quantum-signals/sdk'

const word = new Uint32Array(2)
const double = new Float64Array(word.buffer)

/** mulberry32, by T. Ettinger. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }

  below(n: number): number {
    return this.next() % n
  }

  /** Any float64 there is. */
  float(): number {
    word[1] = this.next()
    word[0] = this.next()
    return double[0]!
  }
}

/** Hostile numbers to put where a number is expected. */
export const hostile = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  5e-324,
  -5e-324,
  1e-300,
  1e100,
  -1e100,
  1.1e100,
  -1.1e100,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 53,
  -1,
] as const

export const firstOpen = 1_700_006_400_000
const oneHostileIn = 24
const prices = ['open', 'high', 'low', 'close'] as const
const fields = [...prices, 'volume'] as const

/** A walk in hundredths, with hostile bars among them. */
export class Walk {
  /** No hostile bars. */
  tame = false
  readonly #random: Random
  readonly #interval: number
  #open = firstOpen
  #price = 1_000_000

  constructor(random: Random, interval: number) {
    this.#random = random
    this.#interval = interval
  }

  next(): Candle {
    const random = this.#random
    const first = this.#price
    let step = random.below(2001) + random.below(2001) - 2000
    if (first + step < 100_000 || first + step > 10_000_000) step = -step
    this.#price = first + step
    const bar = {
      open_time: this.#open,
      open: first / 100,
      high: (Math.max(first, this.#price) + random.below(1000)) / 100,
      low: (Math.min(first, this.#price) - random.below(1000)) / 100,
      close: this.#price / 100,
      volume: random.below(100_000) / 1000,
    }
    this.#open += this.#interval
    if (random.below(oneHostileIn) === 0 && !this.tame) this.#spoil(bar)
    return bar
  }

  #spoil(bar: Candle): void {
    const random = this.#random
    const scale = (by: number): void => {
      for (const price of prices) bar[price] *= by
    }
    switch (random.below(16)) {
      case 0:
      case 1:
      case 2: {
        const field = fields[random.below(fields.length)]!
        bar[field] = hostile[random.below(hostile.length)]!
        break
      }
      case 3: {
        const field = fields[random.below(fields.length)]!
        bar[field] = random.float()
        break
      }
      case 4:
        scale(1e90)
        break
      case 5:
        scale(5e-324)
        break
      case 6: {
        const { open, high, low, close } = bar
        Object.assign(bar, { open: -open, high: -low, low: -high, close: -close })
        break
      }
      case 7:
        bar.open_time -= this.#interval * (1 + random.below(5))
        break
      case 8:
        bar.open_time += 1 + random.below(this.#interval - 1)
        break
      case 9:
        this.#open += this.#interval * random.below(3000)
        break
      case 10: {
        const { high, low } = bar
        Object.assign(bar, { high: low, low: high })
        break
      }
      case 11:
        bar.open_time = [0, -1, -this.#interval, 2 ** 53, -(2 ** 53), 253_402_300_800_000][random.below(6)]!
        break
      case 12:
        bar.volume = [0, 1e100, 5e-324, 1e-20, 1e15, 4e9][random.below(6)]!
        break
      case 13:
        Object.assign(bar, { open: bar.close, high: bar.close, low: bar.close })
        break
      case 14:
        scale(1 + 1e-12)
        break
      case 15:
        Object.assign(bar, { open: 1e100, high: 1e100, low: -1e100, close: -1e100 })
    }
  }
}
