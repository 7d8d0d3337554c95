import type { ISeriesApi, SeriesType, UTCTimestamp } from 'lightweight-charts'
import { palette } from '../palette.ts'
import type { EngineEvent, PivotData } from '../protocol.ts'
import { type Glyph, Glyphs } from './glyphs.ts'
import { chartTime, type Plot, type Rows } from './plot.ts'
import { type Segment, Segments } from './segments.ts'

/** What can be switched on the chart. */
export interface Switches {
  signals: boolean
  divergences: boolean
  crosses: boolean
  cipher_a: boolean
  volume: boolean
  ribbon: boolean
  profile: boolean
  schaff: boolean
}

export type Switch = keyof Switches

export interface LegendItem {
  name: string
  value: string
  color: string
}

/** One strip of the chart: its series, and the marks and lines of the events it shows. */
export abstract class Pane {
  protected readonly rows: Rows
  protected switches: Switches
  readonly #marks = new Glyphs()
  readonly #segments = new Segments()
  #events: EngineEvent[] = []

  constructor(rows: Rows, switches: Switches) {
    this.rows = rows
    this.switches = switches
  }

  /** The series, in the order they are painted. */
  abstract readonly plots: readonly Plot[]

  /** What the legend lists for a row. */
  abstract legend(row: number): LegendItem[]

  /** The mark of an event at its row, where this pane shows one. */
  protected abstract glyph(event: EngineEvent, row: number): Omit<Glyph, 'time'> | undefined

  /** On which value of the two pivots of a divergence its line runs here, if it does. */
  protected abstract pivotValue(event: EngineEvent): ((pivot: PivotData) => number) | undefined

  /** Marks shown or ready to be. */
  get marks(): number {
    return this.#marks.length
  }

  /** Lets a series carry the marks and lines. */
  protected carry(series: ISeriesApi<SeriesType>): void {
    series.attachPrimitive(this.#segments)
    series.attachPrimitive(this.#marks)
  }

  apply(switches: Switches): void {
    this.switches = switches
    this.loadEvents(this.#events)
  }

  /** Replaces the marks. */
  loadEvents(events: readonly EngineEvent[]): void {
    this.#events = [...events]
    this.#marks.load(events.flatMap(e => this.#glyph(e)))
    this.#segments.load(events.flatMap(e => this.#line(e)))
  }

  /** Adds those of newly closed bars; what lies before `oldest` goes. */
  appendEvents(events: readonly EngineEvent[], oldest: UTCTimestamp): void {
    this.#events = [...this.#events, ...events].filter(e => chartTime(e.open_time) >= oldest)
    const marks = events.flatMap(e => this.#glyph(e))
    this.#marks.append(marks, oldest)
    const lines = events.flatMap(e => this.#line(e))
    this.#segments.append(lines, oldest)
  }

  #glyph(event: EngineEvent): Glyph[] {
    const row = this.rows.history.indexOf(event.open_time)
    if (row >= this.rows.history.length) return []
    const glyph = this.glyph(event, row)
    return glyph ? [{ ...glyph, time: chartTime(event.open_time) }] : []
  }

  #line(event: EngineEvent): Segment[] {
    const [from, to] = event.pivots
    const value = this.switches.divergences ? this.pivotValue(event) : undefined
    if (!from || !to || !value) return []
    return [
      {
        from: chartTime(from.open_time),
        to: chartTime(to.open_time),
        fromValue: value(from),
        toValue: value(to),
        color: event.side === 'bear' ? palette.bear : palette.bull,
        dashed: event.kind.endsWith('_hidden'),
      },
    ]
  }
}
