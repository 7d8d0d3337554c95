import { BaselineSeries, type IChartApi, type ISeriesApi, LineStyle } from 'lightweight-charts'
import { fixed } from '../format.ts'
import { palette } from '../palette.ts'
import type { EngineEvent, PivotData } from '../protocol.ts'
import { Bands } from './bands.ts'
import type { Glyph } from './glyphs.ts'
import { type LegendItem, Pane, type Switches } from './pane.ts'
import { type Plot, plot, type Rows, readingPoint } from './plot.ts'

const levels = [
  { price: 53, color: palette.level, lineStyle: LineStyle.Dashed }, // overbought
  { price: 0, color: palette.zero, lineStyle: LineStyle.Solid },
  { price: -53, color: palette.level, lineStyle: LineStyle.Dashed }, // oversold
]

const bands = [
  { from: 53, to: 1_000, color: palette.overbought },
  { from: -1_000, to: -53, color: palette.oversold },
]

const crosses = new Set(['cipher.cross_up', 'cipher.cross_down'])
const big = new Set(['cipher.buy', 'cipher.sell', 'cipher.gold'])

/** The two waves, their difference, the money flow, and the circles where the waves cross. */
export class CipherPane extends Pane {
  readonly plots: readonly Plot[]

  constructor(chart: IChartApi, pane: number, rows: Rows, switches: Switches) {
    super(rows, switches)
    const money = area(chart, pane, [palette.moneyUp, palette.moneyUpFill], [palette.moneyDown, palette.moneyDownFill])
    const wave1 = area(chart, pane, [palette.wave1, palette.wave1Fill])
    const wave2 = area(chart, pane, [palette.wave2, palette.wave2Fill])
    const fast = area(chart, pane, [palette.fast, palette.fastFill])
    for (const level of levels) wave2.createPriceLine({ ...level, lineWidth: 1, axisLabelVisible: false })
    money.attachPrimitive(new Bands(bands))
    this.carry(fast) // the last series: marks lie over all areas, on the scale they share
    this.plots = [
      plot(money, readingPoint(rows, 'mf')),
      plot(wave1, readingPoint(rows, 'wt1')),
      plot(wave2, readingPoint(rows, 'wt2')),
      plot(fast, readingPoint(rows, 'fast_wt')),
    ]
  }

  override legend(row: number): LegendItem[] {
    const item = (name: string, reading: string, color: string) => ({
      name,
      value: fixed(this.rows.reading(reading)(row), 2),
      color,
    })
    const flow = this.rows.reading('mf')(row) < 0 ? palette.moneyDown : palette.moneyUp
    return [
      item('wt1', 'wt1', palette.wave1),
      item('wt2', 'wt2', palette.wave2),
      item('fast', 'fast_wt', palette.fast),
      item('mf', 'mf', flow),
    ]
  }

  /** Small circles where the waves cross, big ones for buy and sell, a golden one for gold, all on the second wave. */
  protected override glyph(event: EngineEvent, row: number): Omit<Glyph, 'time'> | undefined {
    const cross = crosses.has(event.kind)
    if (!cross && !(big.has(event.kind) && this.switches.signals)) return undefined
    const gold = event.kind === 'cipher.gold'
    return {
      value: this.rows.reading('wt2')(row),
      place: 'at',
      shape: cross ? 'dot' : 'ring',
      color: gold ? palette.gold : event.side === 'bear' ? palette.bear : palette.bull,
      letter: '',
      weight: cross ? 2 : gold ? 0 : 1, // lighter ones are painted later, over the rest
    }
  }

  protected override pivotValue(event: EngineEvent): ((pivot: PivotData) => number) | undefined {
    return event.kind.startsWith('cipher.wt') ? pivot => pivot.level : undefined
  }
}

type Paint = [line: string, fill: string]

/** A series filled from zero, upwards and downwards. */
function area(chart: IChartApi, pane: number, top: Paint, bottom: Paint = top): ISeriesApi<'Baseline'> {
  return chart.addSeries(
    BaselineSeries,
    {
      baseValue: { type: 'price', price: 0 },
      topLineColor: top[0],
      topFillColor1: top[1],
      topFillColor2: top[1],
      bottomLineColor: bottom[0],
      bottomFillColor1: bottom[1],
      bottomFillColor2: bottom[1],
      lineWidth: 1,
      lastValueVisible: false,
      priceLineVisible: false,
      crosshairMarkerVisible: false,
      priceFormat: { type: 'price', precision: 1, minMove: 0.1 },
    },
    pane,
  )
}
