import type { IChartApiBase, ISeriesApi, SeriesType, Time, UTCTimestamp } from 'lightweight-charts'
import type { Shape } from '../kinds.ts'
import { Overlay, type Size } from './overlay.ts'
import { drawShape, heightOf } from './shapes.ts'

/** A small mark at a bar. */
export interface Glyph {
  time: UTCTimestamp
  /** The value it hangs from, on the series' scale. */
  value: number
  /** Stacked under the value, over it, or centred on it. */
  place: 'below' | 'above' | 'at'
  shape: Shape
  color: string
  letter: string
  /** Heavier marks sit nearer to the value. */
  weight: number
}

const gap = 3 // CSS pixels between stacked marks
const clearance = 6 // and between the value and the first

/** The marks of a series, ordered by time. Only those in view are painted. */
export class Glyphs extends Overlay {
  #glyphs: Glyph[] = []

  constructor() {
    super('top')
  }

  get length(): number {
    return this.#glyphs.length
  }

  /** Replaces all marks. */
  load(glyphs: Glyph[]): void {
    this.#glyphs = glyphs.sort(inOrder)
    this.redraw()
  }

  /** Adds marks, and forgets those before `oldest`. */
  append(glyphs: Glyph[], oldest: UTCTimestamp): void {
    const last = this.#glyphs.at(-1)?.time ?? 0
    this.#glyphs.push(...glyphs.sort(inOrder))
    if ((glyphs[0]?.time ?? last) < last) this.#glyphs.sort(inOrder)
    const gone = this.#glyphs.findIndex(g => g.time >= oldest)
    if (gone > 0) this.#glyphs.splice(0, gone)
    this.redraw()
  }

  protected override paint(
    context: CanvasRenderingContext2D,
    _size: Size,
    chart: IChartApiBase<Time>,
    series: ISeriesApi<SeriesType, Time>,
  ): void {
    const scale = chart.timeScale()
    const range = scale.getVisibleRange()
    if (!range) return
    const size = Math.min(1, Math.max(0.55, scale.options().barSpacing / 7))
    let time: Time | undefined
    let below = 0
    let above = 0
    for (let i = this.#first(Number(range.from)); i < this.#glyphs.length; i++) {
      const glyph = this.#glyphs[i]!
      if (glyph.time > Number(range.to)) break
      if (glyph.time !== time) {
        time = glyph.time
        below = above = clearance
      }
      const x = scale.timeToCoordinate(glyph.time)
      const y = series.priceToCoordinate(glyph.value)
      if (x === null || y === null) continue
      const height = heightOf(glyph.shape) * size
      let centre: number = y
      if (glyph.place === 'below') {
        centre = y + below + height / 2
        below += height + gap
      } else if (glyph.place === 'above') {
        centre = y - above - height / 2
        above += height + gap
      }
      drawShape(context, glyph, x, centre, size)
    }
  }

  #first(from: number): number {
    let low = 0
    let high = this.#glyphs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#glyphs[middle]!.time < from) low = middle + 1
      else high = middle
    }
    return low
  }
}

function inOrder(a: Glyph, b: Glyph): number {
  return a.time - b.time || b.weight - a.weight
}
