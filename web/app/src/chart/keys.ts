import type { Chart } from './chart.ts'

/** Keys of the focused chart: arrows move the crosshair, + and - zoom, End goes to the newest bar, Escape lets go. */
export function onKeys(host: HTMLElement, chart: Chart): void {
  const actions: Record<string, (far: boolean) => void> = {
    ArrowLeft: far => chart.step(far ? -10 : -1),
    ArrowRight: far => chart.step(far ? 10 : 1),
    '+': () => chart.zoom(0.8),
    '=': () => chart.zoom(0.8),
    '-': () => chart.zoom(1.25),
    End: () => chart.goLive(),
    Escape: () => chart.leave(),
  }
  host.tabIndex = 0
  host.addEventListener('keydown', event => {
    const action = actions[event.key]
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    action(event.shiftKey)
  })
}
