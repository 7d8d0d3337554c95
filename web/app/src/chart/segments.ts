import type { IChartApiBase, ISeriesApi, SeriesType, Time, UTCTimestamp } from 'lightweight-charts'
import { Overlay, type Size } from './overlay.ts'

/** A straight line between two bars: the two pivots of a divergence. */
export interface Segment {
  from: UTCTimestamp
  to: UTCTimestamp
  fromValue: number
  toValue: number
  color: string
  dashed: boolean
}

/** The lines of a series, ordered by their end. */
export class Segments extends Overlay {
  #segments: Segment[] = []

  constructor() {
    super('normal')
  }

  load(segments: Segment[]): void {
    this.#segments = segments.sort((a, b) => a.to - b.to)
    this.redraw()
  }

  /** Adds lines that end no earlier than the last one, and forgets those that begin before `oldest`. */
  append(segments: Segment[], oldest: UTCTimestamp): void {
    this.#segments = [...this.#segments, ...segments].filter(s => s.from >= oldest)
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
    context.lineWidth = 1.25
    for (const segment of this.#segments) {
      if (segment.to < Number(range.from) || segment.from > Number(range.to)) continue
      const x1 = scale.timeToCoordinate(segment.from)
      const x2 = scale.timeToCoordinate(segment.to)
      const y1 = series.priceToCoordinate(segment.fromValue)
      const y2 = series.priceToCoordinate(segment.toValue)
      if (x1 === null || x2 === null || y1 === null || y2 === null) continue
      context.strokeStyle = segment.color
      context.setLineDash(segment.dashed ? [3, 3] : [])
      context.beginPath()
      context.moveTo(x1, y1)
      context.lineTo(x2, y2)
      context.stroke()
    }
  }
}
