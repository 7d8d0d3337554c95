import { type IChartApi, type ISeriesApi, LineSeries, LineStyle } from 'lightweight-charts'
import { fixed } from '../format.ts'
import { palette } from '../palette.ts'
import type { EngineEvent, PivotData } from '../protocol.ts'
import { Bands } from './bands.ts'
import type { Glyph } from './glyphs.ts'
import { type LegendItem, Pane, type Switches } from './pane.ts'
import { type Plot, plot, type Rows, readingPoint } from './plot.ts'

/** RSI, stochastic RSI and, if wanted, the Schaff trend cycle, all between 0 and 100. */
export class OscillatorPane extends Pane {
  readonly plots: readonly Plot[]
  readonly #schaff: ISeriesApi<'Line'>

  constructor(chart: IChartApi, pane: number, rows: Rows, switches: Switches) {
    super(rows, switches)
    const line = (color: string, lineWidth: 1 | 2) =>
      chart.addSeries(
        LineSeries,
        {
          color,
          lineWidth,
          lastValueVisible: false,
          priceLineVisible: false,
          crosshairMarkerVisible: false,
          priceFormat: { type: 'price', precision: 0, minMove: 1 },
          autoscaleInfoProvider: () => ({ priceRange: { minValue: 0, maxValue: 100 } }),
        },
        pane,
      )
    const slow = line(palette.stochD, 1)
    const fast = line(palette.stochK, 1)
    this.#schaff = line(palette.schaff, 1)
    const rsi = line(palette.rsi, 2)
    for (const price of [70, 50, 30]) {
      const lineStyle = price === 50 ? LineStyle.SparseDotted : LineStyle.Dashed
      rsi.createPriceLine({ price, color: palette.level, lineWidth: 1, lineStyle, axisLabelVisible: false })
    }
    rsi.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.06 } })
    rsi.attachPrimitive(new Bands([{ from: 30, to: 70, color: palette.band }]))
    this.carry(rsi)
    this.plots = [
      plot(slow, readingPoint(rows, 'stoch_d')),
      plot(fast, readingPoint(rows, 'stoch_k')),
      plot(this.#schaff, readingPoint(rows, 'stc')),
      plot(rsi, readingPoint(rows, 'rsi')),
    ]
    this.apply(switches)
  }

  override apply(switches: Switches): void {
    super.apply(switches)
    this.#schaff.applyOptions({ visible: switches.schaff })
  }

  override legend(row: number): LegendItem[] {
    const item = (name: string, reading: string, color: string) => ({
      name,
      value: fixed(this.rows.reading(reading)(row), 1),
      color,
    })
    return [
      item('rsi', 'rsi', palette.rsi),
      item('stoch k', 'stoch_k', palette.stochK),
      item('d', 'stoch_d', palette.stochD),
      ...(this.switches.schaff ? [item('schaff', 'stc', palette.schaff)] : []),
    ]
  }

  protected override glyph(): Omit<Glyph, 'time'> | undefined {
    return undefined
  }

  protected override pivotValue(event: EngineEvent): ((pivot: PivotData) => number) | undefined {
    return event.kind.startsWith('cipher.rsi_') ? pivot => pivot.level : undefined
  }
}
