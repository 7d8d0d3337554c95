/**
 * The greatest absolute difference between two columns, laid against each
 * other at their last entries, from entry `skip` of the longer one on. An entry
 * that only one of them has differs infinitely.
 */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>, skip: number): number {
  const n = Math.max(a.length, b.length)
  let worst = 0
  for (let i = skip; i < n; i++) {
    const x = a[i - (n - a.length)] ?? Number.NaN
    const y = b[i - (n - b.length)] ?? Number.NaN
    if (Number.isNaN(x) && Number.isNaN(y)) continue
    const apart = Math.abs(x - y)
    worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(worst, apart)
  }
  return worst
}
