import type { Switches } from './chart/pane.ts'

const key = 'quantum.preferences'

/** What the page remembers of its user's choices. */
export interface Preferences {
  switches: Switches
  /** Whether the event list is long: crosses and Cipher A's small marks too. */
  allEvents: boolean
  market: string
  interval: string
}

const initial: Preferences = {
  switches: {
    signals: true,
    divergences: true,
    crosses: false,
    cipher_a: false,
    volume: false,
    ribbon: true,
    profile: true,
    schaff: false,
  },
  allEvents: false,
  market: '',
  interval: '',
}

/** What was kept here before; the initial choices where nothing was, or storage is closed to us. */
export function load(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>
    return { ...initial, ...kept, switches: { ...initial.switches, ...kept.switches } }
  } catch {
    return structuredClone(initial)
  }
}

export function save(preferences: Preferences): void {
  try {
    localStorage.setItem(key, JSON.stringify(preferences))
  } catch {
    // Storage closed to us: the choices last as long as the page.
  }
}
