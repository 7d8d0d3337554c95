import {
  CandlestickSeries,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
} from 'lightweight-charts'
import { compact, fixed } from '../format.ts'
import { styleOf, tone } from '../kinds.ts'
import { palette, ribbon } from '../palette.ts'
import type { EngineEvent, PivotData, Profile } from '../protocol.ts'
import type { Glyph } from './glyphs.ts'
import { type LegendItem, Pane, type Switches } from './pane.ts'
import { type Plot, plot, type Rows } from './plot.ts'
import { ProfileOverlay } from './profile-overlay.ts'

/** Candles, volume, the ribbon, the marks of events, and volume at price at the right edge. */
export class PricePane extends Pane {
  readonly plots: readonly Plot[]
  readonly candles: ISeriesApi<'Candlestick'>
  readonly #ribbon: ISeriesApi<'Line'>[]
  readonly #profile = new ProfileOverlay()
  #places = 2

  constructor(chart: IChartApi, pane: number, rows: Rows, switches: Switches) {
    super(rows, switches)
    const quiet = { lastValueVisible: false, priceLineVisible: false }
    const volume = chart.addSeries(HistogramSeries, { ...quiet, priceScaleId: 'volume' }, pane)
    volume.priceScale().applyOptions({ scaleMargins: { top: 0.88, bottom: 0 } })
    this.#ribbon = ribbon.up.map(() =>
      chart.addSeries(LineSeries, { ...quiet, lineWidth: 1, crosshairMarkerVisible: false }, pane),
    )
    this.candles = chart.addSeries(
      CandlestickSeries,
      {
        upColor: palette.bull,
        downColor: palette.bear,
        wickUpColor: palette.bull,
        wickDownColor: palette.bear,
        borderVisible: false,
        priceLineStyle: LineStyle.Dotted,
        priceLineColor: palette.neutral,
      },
      pane,
    )
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.16 } })
    this.candles.attachPrimitive(this.#profile)
    this.carry(this.candles)
    this.plots = [this.#candlePlot(), this.#volumePlot(volume), ...this.#ribbonPlots()]
    this.apply(switches)
  }

  /** Decimals of prices from here on. */
  setPlaces(places: number): void {
    this.#places = places
    const priceFormat = { type: 'price' as const, precision: places, minMove: 10 ** -places }
    for (const series of [this.candles, ...this.#ribbon]) series.applyOptions({ priceFormat })
  }

  setProfile(profile: Profile | null): void {
    this.#profile.set(profile)
  }

  override apply(switches: Switches): void {
    super.apply(switches)
    for (const line of this.#ribbon) line.applyOptions({ visible: switches.ribbon })
    this.#profile.show(switches.profile)
  }

  override legend(row: number): LegendItem[] {
    const color = this.#falls(row) ? palette.bear : palette.bull
    const price = (name: 'open' | 'high' | 'low' | 'close') => fixed(this.rows.field(name, row), this.#places)
    return [
      { name: 'O', value: price('open'), color },
      { name: 'H', value: price('high'), color },
      { name: 'L', value: price('low'), color },
      { name: 'C', value: price('close'), color },
      { name: 'Vol', value: compact(this.rows.field('volume', row)), color: palette.neutral },
    ]
  }

  protected override glyph(event: EngineEvent, row: number): Omit<Glyph, 'time'> | undefined {
    const { group, shape, letter, weight } = styleOf(event.kind)
    // A single divergence is the line between its pivots; the tag is for the signal made of them.
    if (!this.switches[group] || (group === 'divergences' && shape !== 'tag')) return undefined
    const above = event.side === 'bear'
    return {
      value: this.rows.field(above ? 'high' : 'low', row),
      place: above ? 'above' : 'below',
      shape,
      color: palette[tone(event.kind, event.side)],
      letter,
      weight,
    }
  }

  protected override pivotValue(event: EngineEvent): ((pivot: PivotData) => number) | undefined {
    return event.kind.startsWith('cipher.wt') ? pivot => pivot.price : undefined
  }

  #falls(row: number): boolean {
    return this.rows.field('close', row) < this.rows.field('open', row)
  }

  #candlePlot(): Plot {
    const { rows } = this
    return plot(this.candles, row => ({
      time: rows.time(row),
      open: rows.field('open', row),
      high: rows.field('high', row),
      low: rows.field('low', row),
      close: rows.field('close', row),
    }))
  }

  #volumePlot(series: ISeriesApi<'Histogram'>): Plot {
    return plot(series, row => ({
      time: this.rows.time(row),
      value: this.rows.field('volume', row),
      color: this.#falls(row) ? palette.volumeDown : palette.volumeUp,
    }))
  }

  #ribbonPlots(): Plot[] {
    const second = this.rows.reading('ema2')
    const last = this.rows.reading('ema8')
    return this.#ribbon.map((series, i) => {
      const reading = this.rows.reading(`ema${i + 1}`)
      return plot(series, row => {
        const value = reading(row)
        const time = this.rows.time(row)
        const colors = last(row) < second(row) ? ribbon.up : ribbon.down
        return Number.isNaN(value) ? { time } : { time, value, color: colors[i]! }
      })
    })
  }
}
