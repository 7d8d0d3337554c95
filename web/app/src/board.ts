import { Chart } from './chart/chart.ts'
import { onKeys } from './chart/keys.ts'
import type { Switches } from './chart/pane.ts'
import { Rows } from './chart/plot.ts'
import { decimals } from './format.ts'
import { History } from './history.ts'
import { ProfileAsker } from './profile-asker.ts'
import type { Ask, Bars, EngineEvent, Forming, Profile, ReadingInfo } from './protocol.ts'
import { byId } from './view/dom.ts'
import { Readings } from './view/readings.ts'
import { Ticker } from './view/ticker.ts'

const bound = 5_000 // bars drawn

/** Everything that is drawn from the bars of one series: chart, readings, ticker. */
export class Board {
  readonly #history: History
  readonly #rows: Rows
  readonly #chart: Chart
  readonly #readings: Readings
  readonly #ticker = new Ticker(byId('ticker'))
  readonly #asker: ProfileAsker
  readonly #host = byId('chart')
  #name = ''
  #places = 2

  constructor(name: string, infos: readonly ReadingInfo[], switches: Switches, ask: (ask: Ask) => void) {
    this.#name = name
    this.#history = new History(bound, infos.length)
    this.#rows = new Rows(
      this.#history,
      infos.map(i => i.name),
    )
    this.#asker = new ProfileAsker(ask)
    this.#readings = new Readings(byId('readings'), this.#rows, infos)
    this.#chart = new Chart(this.#host, this.#rows, switches, {
      row: row => this.#readings.show(row),
      view: (from, to) => this.#asker.view(from, to),
    })
    onKeys(this.#host, this.#chart)
  }

  /** Decimals of this series' prices. */
  get places(): number {
    return this.#places
  }

  load(bars: Bars, events: readonly EngineEvent[], forming: Forming | null): void {
    this.#history.clear()
    this.#history.append(bars)
    this.#rows.forming = forming
    this.#places = decimals(bars.close.subarray(-500))
    this.#readings.places = this.#places
    this.#asker.reset()
    this.#chart.load(events, this.#name, this.#places)
    this.#tell()
  }

  extend(bars: Bars, events: readonly EngineEvent[], forming: Forming | null): void {
    if (this.#history.length === 0) return this.load(bars, events, forming)
    const dropped = this.#history.append(bars)
    this.#rows.forming = forming
    this.#chart.extend(events, dropped)
    this.#tell()
  }

  /** Takes everything away, before another series, of which this is the name. */
  clear(name: string): void {
    this.#name = name
    this.#history.clear()
    this.#rows.forming = null
    this.#asker.reset()
    this.#chart.clear()
    this.#readings.show(-1)
    this.showProfile(null)
    this.#tell()
  }

  showProfile(profile: Profile | null): void {
    this.#asker.answered()
    this.#chart.setProfile(profile)
    this.#readings.showProfile(profile)
  }

  apply(switches: Switches): void {
    this.#chart.apply(switches)
    this.#tell()
  }

  goLive(): void {
    this.#chart.goLive()
  }

  /** Brings a bar into the middle, the crosshair on it. */
  goTo(at: number): void {
    this.#chart.goTo(at)
  }

  /** Says in words what the canvas shows, for those who do not see it. */
  #tell(): void {
    this.#ticker.show(this.#rows, this.#places)
    const { length } = this.#history
    const { marks } = this.#chart
    Object.assign(this.#host.dataset, { bars: length, marks })
    this.#host.setAttribute('aria-label', `Candles and indicators of ${length} bars with ${marks} marked events`)
  }
}
