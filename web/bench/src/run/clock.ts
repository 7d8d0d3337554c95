import { readdirSync, readFileSync } from 'node:fs'

/**
 * Nanoseconds a process has spent on a processor, by Linux's account: of its
 * main thread, or of all its threads. Where others use the machine too this
 * leaves their turns out, which a clock on the wall counts in. A process must
 * be waiting when it is asked about: the account is kept at each change of turn.
 */
export function processorTime(pid: number, threads: 'main' | 'all'): number {
  const tasks = threads === 'main' ? [String(pid)] : readdirSync(`/proc/${pid}/task`)
  let sum = 0
  for (const task of tasks) sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
  return sum
}
