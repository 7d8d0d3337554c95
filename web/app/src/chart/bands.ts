import type { IChartApiBase, ISeriesApi, SeriesType, Time } from 'lightweight-charts'
import { Overlay, type Size } from './overlay.ts'

/** A range of values that is tinted across the pane. */
export interface Band {
  from: number
  to: number
  color: string
}

/** Tinted ranges behind a pane's series: overbought, oversold. */
export class Bands extends Overlay {
  readonly #bands: readonly Band[]

  constructor(bands: readonly Band[]) {
    super('bottom')
    this.#bands = bands
  }

  protected override paint(
    context: CanvasRenderingContext2D,
    { width }: Size,
    _chart: IChartApiBase<Time>,
    series: ISeriesApi<SeriesType, Time>,
  ): void {
    for (const { from, to, color } of this.#bands) {
      const bottom = series.priceToCoordinate(from)
      const top = series.priceToCoordinate(to)
      if (bottom === null || top === null) continue
      context.fillStyle = color
      context.fillRect(0, top, width, bottom - top)
    }
  }
}
