import type { IChartApiBase, ISeriesApi, ISeriesPrimitiveAxisView, SeriesType, Time } from 'lightweight-charts'
import { palette } from '../palette.ts'
import type { Profile } from '../protocol.ts'
import { Overlay, type Size } from './overlay.ts'

const share = 0.24 // of the pane's width, for the longest row

/** Volume at price along the right edge of the pane: rows split into up and down volume, POC, VAH and VAL. */
export class ProfileOverlay extends Overlay {
  #profile: Profile | null = null
  #visible = true
  #series: ISeriesApi<SeriesType, Time> | undefined
  #labels: readonly ISeriesPrimitiveAxisView[] = []

  constructor() {
    super('bottom')
  }

  override attached(parameter: Parameters<Overlay['attached']>[0]): void {
    super.attached(parameter)
    this.#series = parameter.series
  }

  set(profile: Profile | null): void {
    this.#profile = profile
    this.#relabel()
    this.redraw()
  }

  show(visible: boolean): void {
    this.#visible = visible
    this.#relabel()
    this.redraw()
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return this.#labels
  }

  #relabel(): void {
    const profile = this.#visible ? this.#profile : null
    this.#labels = profile
      ? [
          this.#label('POC', profile.poc, palette.poc),
          this.#label('VAH', profile.vah, palette.valueArea),
          this.#label('VAL', profile.val, palette.valueArea),
        ]
      : []
  }

  #label(name: string, price: number, color: string): ISeriesPrimitiveAxisView {
    return {
      coordinate: () => this.#series?.priceToCoordinate(price) ?? -100,
      text: () => name,
      textColor: () => palette.background,
      backColor: () => color,
    }
  }

  protected override paint(
    context: CanvasRenderingContext2D,
    { width }: Size,
    _chart: IChartApiBase<Time>,
    series: ISeriesApi<SeriesType, Time>,
  ): void {
    const profile = this.#profile
    if (!profile || !this.#visible) return
    const longest = profile.up.reduce((most, up, i) => Math.max(most, up + profile.down[i]!), 0)
    if (longest > 0) this.#rows(context, profile, series, width, (width * share) / longest)
    this.#level(context, series, width, profile.vah, palette.valueArea, [2, 4])
    this.#level(context, series, width, profile.val, palette.valueArea, [2, 4])
    this.#level(context, series, width, profile.poc, palette.poc, [])
  }

  #rows(
    context: CanvasRenderingContext2D,
    { edges, up, down, vah, val }: Profile,
    series: ISeriesApi<SeriesType, Time>,
    width: number,
    scale: number,
  ): void {
    for (let i = 0; i < up.length; i++) {
      const low = edges[i]!
      const high = edges[i + 1]!
      const bottom = series.priceToCoordinate(low)
      const top = series.priceToCoordinate(high)
      if (bottom === null || top === null) continue
      const inside = low < vah && high > val
      const height = Math.max(1, bottom - top - 1)
      const right = up[i]! * scale
      const left = down[i]! * scale
      context.fillStyle = inside ? palette.profileUp : palette.profileUpOutside
      context.fillRect(width - right, top, right, height)
      context.fillStyle = inside ? palette.profileDown : palette.profileDownOutside
      context.fillRect(width - right - left, top, left, height)
    }
  }

  #level(
    context: CanvasRenderingContext2D,
    series: ISeriesApi<SeriesType, Time>,
    width: number,
    price: number,
    color: string,
    dash: number[],
  ): void {
    const y = series.priceToCoordinate(price)
    if (y === null) return
    context.strokeStyle = color
    context.globalAlpha = 0.75
    context.lineWidth = 1
    context.setLineDash(dash)
    context.beginPath()
    context.moveTo(0, Math.round(y) + 0.5)
    context.lineTo(width, Math.round(y) + 0.5)
    context.stroke()
    context.globalAlpha = 1
  }
}
