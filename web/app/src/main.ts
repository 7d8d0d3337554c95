import './style.css'
import './view/alerts.css'
import { Board } from './board.ts'
import { load, save } from './preferences.ts'
import type { Ask, EngineInfo, Market, Told } from './protocol.ts'
import { clockSeconds } from './time.ts'
import { Alerts } from './view/alerts.ts'
import { Badge } from './view/badge.ts'
import { ConnectionView } from './view/connection.ts'
import { byId } from './view/dom.ts'
import { Feed } from './view/feed.ts'
import { SeriesPicker, title } from './view/series-picker.ts'
import { Source } from './view/source.ts'
import { SwitchBar } from './view/switches.ts'
import { Veil } from './view/veil.ts'

const preferences = load()
const worker = new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module', name: 'quantum' })
const ask = (message: Ask) => worker.postMessage(message)

const picker = new SeriesPicker(byId('series'), open)
const connection = new ConnectionView(byId('connection'))
const badge = new Badge(byId('badge'))
const veil = new Veil(byId('veil'), () => ask({ type: 'retry' }))
const source = new Source(byId('source'))
const feed = new Feed(byId('feed'), preferences.allEvents, rememberAll, at => board?.goTo(at))
const alerts = new Alerts(byId('alerts'), at => board?.goTo(at))
new SwitchBar(byId('switches'), preferences.switches, switched, () => board?.goLive())

let board: Board | undefined // from the moment the engine has said which readings it gives
let markets: Market[] = []
let name = '' // of the series shown
let serial = 0

worker.onmessage = ({ data }: MessageEvent<Told>) => {
  if (data.serial !== undefined && data.serial !== serial) return // of a series no longer shown
  switch (data.type) {
    case 'engine':
      board ??= new Board(name, data.engine.readings, preferences.switches, ask)
      badge.engine = data.engine
      showEngine(data.engine)
      break
    case 'markets':
      listed(data.markets)
      break
    case 'phase':
      veil.show(data.phase)
      document.body.dataset.phase = data.phase.name
      break
    case 'connection':
      connection.show(data.connection)
      break
    case 'series':
      board?.load(data.bars, data.events, data.forming)
      feed.places = board?.places ?? 2
      break
    case 'bars':
      board?.extend(data.bars, data.events, data.forming)
      feed.places = board?.places ?? 2
      break
    case 'profile':
      board?.showProfile(data.profile)
      break
    case 'feed':
      feed.put(data.entries, data.reset)
      break
    case 'verification':
      badge.show(data.verification)
  }
}

worker.onerror = event => {
  veil.show({ name: 'failed', message: event.message || 'The worker could not be started.' })
}

/** Opens the series chosen last time if it is still there, else the first one. */
function listed(now: Market[]): void {
  const first = markets.length === 0
  markets = now
  picker.markets = now
  if (!first) {
    source.show(markets.find(m => m.market === preferences.market))
    return
  }
  const market = now.find(m => m.market === preferences.market) ?? now[0]
  if (!market) return
  const kept = market.intervals.includes(preferences.interval)
  open(market.market, kept ? preferences.interval : (market.intervals[0] ?? '1m'))
}

function open(market: string, interval: string): void {
  Object.assign(preferences, { market, interval })
  save(preferences)
  picker.show(market, interval)
  source.show(markets.find(m => m.market === market))
  name = `${title(market)} · ${interval}`
  document.title = `${name} · Quantum`
  board?.clear(name)
  badge.clear()
  feed.put([], true)
  alerts.show(market, interval)
  serial++
  ask({ type: 'open', market, interval, serial })
}

function switched(): void {
  save(preferences)
  board?.apply(preferences.switches)
}

function rememberAll(all: boolean): void {
  preferences.allEvents = all
  save(preferences)
}

function showEngine({ version }: EngineInfo): void {
  byId('engine').textContent = `quantum.wasm ${version}`
}

const now = byId('now')
const tick = () => {
  now.textContent = `${clockSeconds(Date.now())} UTC`
}
tick()
setInterval(tick, 1_000)
