import type { Switch, Switches } from '../chart/pane.ts'
import { el } from './dom.ts'

const labels: Record<Switch, [label: string, title: string]> = {
  signals: ['Signals', 'Buy, sell, gold, diamonds and flags'],
  divergences: ['Divergences', 'Lines between the pivots of price and oscillator'],
  crosses: ['Crosses', 'Every cross of the waves, on the candles too'],
  cipher_a: ['Cipher A', 'Small diamonds, crosses and triangles of the ribbon'],
  volume: ['Volume events', 'Breaks of the value area, naked points of control, low-volume nodes'],
  ribbon: ['Ribbon', 'Eight exponential averages of the close'],
  profile: ['Volume profile', 'Volume at price over the bars in view'],
  schaff: ['Schaff', 'The Schaff trend cycle beside the RSI'],
}

/** The row of buttons over the chart. */
export class SwitchBar {
  constructor(host: HTMLElement, switches: Switches, changed: (switches: Switches) => void, goLive: () => void) {
    const button = (name: Switch) => {
      const [label, title] = labels[name]
      const made = el(
        'button',
        { type: 'button', title, 'aria-pressed': String(switches[name]), 'data-switch': name },
        label,
      )
      made.addEventListener('click', () => {
        switches[name] = !switches[name]
        made.setAttribute('aria-pressed', String(switches[name]))
        changed(switches)
      })
      return made
    }
    const live = el(
      'button',
      { type: 'button', class: 'golive', title: 'Show the newest bar', onclick: goLive },
      'Newest ',
      el('kbd', {}, 'End'),
    )
    host.append(...(Object.keys(labels) as Switch[]).map(button), live)
  }
}
