/** What to do after a connection closed with a code. */
export type AfterClose = 'resume' | 'start_over' | 'stop'

const final = new Set([1003, 1007, 1009])

/**
 * Whether to come back after a close `code`: `resume` from the positions held,
 * `start_over` without them (4010, epoch lost), or `stop` (4500 to 4599, and
 * the frames a server cannot read: 1003, 1007, 1009).
 */
export function afterClose(code: number): AfterClose {
  if (code === 4010) return 'start_over'
  if (final.has(code) || (code >= 4500 && code < 4600)) return 'stop'
  return 'resume'
}

/** Longest waits between attempts, in milliseconds. */
export interface Backoff {
  first: number
  max: number
}

/**
 * Milliseconds to wait before attempt `n` (0, 1, 2 …): full jitter, anywhere
 * between 0 and `first` doubled n times, at most `max`. `random` gives [0, 1).
 */
export function wait(n: number, { first, max }: Backoff, random: () => number): number {
  return random() * Math.min(max, first * 2 ** Math.min(n, 30))
}
