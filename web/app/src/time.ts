import type { UnixMs } from '@quantum-signals/sdk/live'

export type { UnixMs }

const two = (n: number) => String(n).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `14:05`, UTC. */
export function clock(at: UnixMs): string {
  const d = new Date(at)
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
}

/** `14:05:09`, UTC. */
export function clockSeconds(at: UnixMs): string {
  return `${clock(at)}:${two(new Date(at).getUTCSeconds())}`
}

/** `3 Jan`, UTC. */
export function day(at: UnixMs): string {
  const d = new Date(at)
  return `${d.getUTCDate()} ${months[d.getUTCMonth()]}`
}

/** `3 Jan 2016 14:05`, UTC. */
export function date(at: UnixMs): string {
  return `${day(at)} ${new Date(at).getUTCFullYear()} ${clock(at)}`
}
