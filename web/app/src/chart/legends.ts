import type { IChartApi } from 'lightweight-charts'
import { el } from '../view/dom.ts'
import type { Pane } from './pane.ts'

/** The line of readings in each pane's upper left corner. */
export class Legends {
  readonly #panes: readonly Pane[]
  readonly #lines: HTMLElement[]
  #titles: readonly string[] = []

  constructor(container: HTMLElement, chart: IChartApi, panes: readonly Pane[]) {
    this.#panes = panes
    this.#lines = panes.map((_, i) => el('div', { class: 'legend', 'data-pane': String(i) }))
    container.append(...this.#lines)
    const place = () => {
      const top = container.getBoundingClientRect().top
      for (const [i, pane] of chart.panes().entries()) {
        const box = pane.getHTMLElement()?.getBoundingClientRect()
        const line = this.#lines[i]
        if (box && line) line.style.top = `${box.top - top + 6}px`
      }
    }
    const watch = new ResizeObserver(place)
    for (const pane of chart.panes()) {
      const box = pane.getHTMLElement()
      if (box) watch.observe(box)
    }
    requestAnimationFrame(place)
  }

  /** Titles of the panes, topmost first. */
  set titles(titles: readonly string[]) {
    this.#titles = titles
  }

  show(row: number): void {
    for (const [i, pane] of this.#panes.entries()) {
      const items = row < 0 ? [] : pane.legend(row)
      this.#lines[i]?.replaceChildren(
        el('b', {}, this.#titles[i] ?? ''),
        ...items.map(({ name, value, color }) =>
          el('span', {}, `${name} `, el('i', { style: `color:${color}` }, value)),
        ),
      )
    }
  }
}
