import {
  ColorType,
  CrosshairMode,
  createChart,
  type IChartApi,
  type MouseEventParams,
  type UTCTimestamp,
} from 'lightweight-charts'
import { palette } from '../palette.ts'
import type { EngineEvent, Profile } from '../protocol.ts'
import { clock, date, day, type UnixMs } from '../time.ts'
import { CipherPane } from './cipher-pane.ts'
import { Legends } from './legends.ts'
import { OscillatorPane } from './oscillator-pane.ts'
import type { Pane, Switches } from './pane.ts'
import { type chartTime, type Rows, unixMs } from './plot.ts'
import { PricePane } from './price-pane.ts'

const rowsAtOnce = 200 // more new bars than this are cheaper to load than to update one by one
const spacing = 7 // CSS pixels a bar gets after a load
const ahead = 8 // empty places right of the newest bar
const heights = [3.2, 1.5, 1] // of the panes, in proportion

export interface ChartOwner {
  /** The row under the crosshair, or the last one. */
  row(row: number): void
  /** The closed bars in view, both ends included. */
  view(from: UnixMs, to: UnixMs): void
}

/** The chart: three panes over one time scale, drawn from Rows. */
export class Chart {
  readonly #api: IChartApi
  readonly #rows: Rows
  readonly #owner: ChartOwner
  readonly #price: PricePane
  readonly #panes: Pane[]
  readonly #legends: Legends
  #pointed: number | null = null // row under the crosshair
  #drawn = 0 // rows drawn so far, and when the last of them opened
  #lastTime: UTCTimestamp | undefined

  constructor(container: HTMLElement, rows: Rows, switches: Switches, owner: ChartOwner) {
    this.#rows = rows
    this.#owner = owner
    this.#api = createChart(container, options)
    this.#price = new PricePane(this.#api, 0, rows, switches)
    this.#panes = [
      this.#price,
      new CipherPane(this.#api, 1, rows, switches),
      new OscillatorPane(this.#api, 2, rows, switches),
    ]
    for (const [i, pane] of this.#api.panes().entries()) pane.setStretchFactor(heights[i]!)
    this.#legends = new Legends(container, this.#api, this.#panes)
    this.#api.subscribeCrosshairMove(move => this.#point(move))
    this.#api.timeScale().subscribeVisibleLogicalRangeChange(() => this.#tellView())
  }

  /** Marks on the price pane. */
  get marks(): number {
    return this.#price.marks
  }

  /** Draws the rows anew, the newest in view, under a name, prices with `places` decimals. */
  load(events: readonly EngineEvent[], name: string, places: number): void {
    this.#legends.titles = [name, 'Cipher', 'RSI']
    this.#price.setPlaces(places)
    this.#redraw()
    for (const pane of this.#panes) pane.loadEvents(events)
    const last = this.#rows.length - 1
    const shown = Math.max(30, Math.round(this.#api.timeScale().width() / spacing))
    this.#api.timeScale().setVisibleLogicalRange({ from: last + ahead - shown, to: last + ahead })
    this.#point(null)
    this.#tellView()
  }

  /**
   * Draws the bars that closed since the last call and the forming one.
   * @param dropped how many of the oldest rows went.
   */
  extend(events: readonly EngineEvent[], dropped: number): void {
    if (dropped > 0 || this.#rows.length - this.#drawn > rowsAtOnce) this.#redraw()
    else this.#update()
    const oldest = this.#rows.time(0)
    if (events.length > 0 || dropped > 0) for (const pane of this.#panes) pane.appendEvents(events, oldest)
    if (this.#pointed === null) this.#point(null)
    this.#tellView()
  }

  clear(): void {
    this.#redraw()
    for (const pane of this.#panes) pane.loadEvents([])
    this.#price.setProfile(null)
  }

  apply(switches: Switches): void {
    for (const pane of this.#panes) pane.apply(switches)
    this.#legends.show(this.#pointed ?? this.#rows.length - 1)
  }

  setProfile(profile: Profile | null): void {
    this.#price.setProfile(profile)
  }

  /** Back to the newest bar. */
  goLive(): void {
    this.#api.timeScale().scrollToRealTime()
  }

  /** Brings a bar into the middle, the crosshair on it. */
  goTo(at: UnixMs): void {
    const row = this.#rows.indexOf(at)
    const range = this.#api.timeScale().getVisibleLogicalRange()
    if (row < 0 || !range) return
    const half = (range.to - range.from) / 2
    this.#api.timeScale().setVisibleLogicalRange({ from: row - half, to: row + half })
    this.#pointed = row
    this.step(0)
  }

  /** Moves the crosshair by bars, for the keyboard; from the last bar where it is nowhere. */
  step(by: number): void {
    const last = this.#rows.length - 1
    if (last < 0) return
    const row = Math.min(last, Math.max(0, (this.#pointed ?? last) + by))
    this.#api.setCrosshairPosition(this.#rows.field('close', row), this.#rows.time(row), this.#price.candles)
    this.#show(row)
    const range = this.#api.timeScale().getVisibleLogicalRange()
    if (!range || (row >= range.from && row <= range.to)) return
    const shift = row < range.from ? row - range.from : row - range.to
    this.#api.timeScale().setVisibleLogicalRange({ from: range.from + shift, to: range.to + shift })
  }

  /** Shows more bars (above 1) or fewer (below), the right edge fixed. */
  zoom(by: number): void {
    const range = this.#api.timeScale().getVisibleLogicalRange()
    if (!range) return
    const width = Math.max(10, (range.to - range.from) * by)
    this.#api.timeScale().setVisibleLogicalRange({ from: range.to - width, to: range.to })
  }

  /** Takes the crosshair away. */
  leave(): void {
    this.#api.clearCrosshairPosition()
    this.#point(null)
  }

  /** Draws the last row anew, as it was forming, and those after it. A forming bar that ran ahead of others goes first. */
  #update(): void {
    const plots = this.#panes.flatMap(pane => pane.plots)
    const last = this.#drawn - 1
    if (last >= 0 && (last >= this.#rows.length || this.#rows.time(last) !== this.#lastTime))
      for (const p of plots) p.pop()
    for (let row = Math.max(0, last); row < this.#rows.length; row++) for (const p of plots) p.update(row)
    this.#drew()
  }

  #redraw(): void {
    for (const p of this.#panes.flatMap(pane => pane.plots)) p.load(this.#rows.length)
    this.#drew()
  }

  #drew(): void {
    this.#drawn = this.#rows.length
    this.#lastTime = this.#drawn > 0 ? this.#rows.time(this.#drawn - 1) : undefined
  }

  #point(move: MouseEventParams | null): void {
    const at = move?.time === undefined ? null : unixMs(move.time)
    const row = at === null ? null : this.#rows.indexOf(at)
    this.#pointed = row
    this.#show(row)
  }

  #show(row: number | null): void {
    this.#pointed = row
    const or = row ?? this.#rows.length - 1
    this.#legends.show(or)
    this.#owner.row(or)
  }

  #tellView(): void {
    const range = this.#api.timeScale().getVisibleLogicalRange()
    const last = this.#rows.history.length - 1
    if (!range || last < 0) return
    const from = Math.min(last, Math.max(0, Math.ceil(range.from)))
    const to = Math.min(last, Math.max(from, Math.floor(range.to)))
    this.#owner.view(this.#rows.field('open_time', from), this.#rows.field('open_time', to))
  }
}

const options = {
  autoSize: true,
  layout: {
    background: { type: ColorType.Solid, color: palette.background },
    textColor: palette.text,
    fontFamily: 'Inter, system-ui, sans-serif',
    fontSize: 11,
    attributionLogo: false, // credited in the footer
    panes: { separatorColor: palette.line, separatorHoverColor: palette.label },
  },
  grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
  crosshair: {
    mode: CrosshairMode.Normal,
    vertLine: { color: palette.crosshair, labelBackgroundColor: palette.label },
    horzLine: { color: palette.crosshair, labelBackgroundColor: palette.label },
  },
  rightPriceScale: { borderColor: palette.line, minimumWidth: 64 },
  timeScale: {
    borderColor: palette.line,
    timeVisible: true,
    secondsVisible: false,
    rightOffset: ahead,
    minBarSpacing: 0.4,
    tickMarkFormatter: (time: ReturnType<typeof chartTime>) => tick(unixMs(time)),
  },
  localization: { timeFormatter: (time: ReturnType<typeof chartTime>) => `${date(unixMs(time))} UTC` },
} as const

/** Midnights say the day, other marks the hour. */
function tick(at: UnixMs): string {
  return at % 86_400_000 === 0 ? day(at) : clock(at)
}
