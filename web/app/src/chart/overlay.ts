import type {
  IChartApiBase,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  PrimitivePaneViewZOrder,
  SeriesAttachedParameter,
  SeriesType,
  Time,
} from 'lightweight-charts'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

export interface Size {
  width: number
  height: number
}

/** Something of ours painted in a series' pane, in CSS pixels. */
export abstract class Overlay implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time, SeriesType> | undefined
  readonly #views: readonly IPrimitivePaneView[]

  constructor(order: PrimitivePaneViewZOrder) {
    const renderer: IPrimitivePaneRenderer = { draw: target => this.#draw(target) }
    this.#views = [{ zOrder: () => order, renderer: () => renderer }]
  }

  attached(parameter: SeriesAttachedParameter<Time, SeriesType>): void {
    this.#attached = parameter
  }

  detached(): void {
    this.#attached = undefined
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views
  }

  /** Asks for a new picture. */
  protected redraw(): void {
    this.#attached?.requestUpdate()
  }

  /** Paints what is in view. The context is saved and restored around it. */
  protected abstract paint(
    context: CanvasRenderingContext2D,
    size: Size,
    chart: IChartApiBase<Time>,
    series: ISeriesApi<SeriesType, Time>,
  ): void

  #draw(target: Target): void {
    const attached = this.#attached
    if (!attached) return
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.save()
      this.paint(context, mediaSize, attached.chart, attached.series)
      context.restore()
    })
  }
}
