const most = 8 // decimals shown
const share = 0.98 // of the prices that must be exact

/** Decimals in which nearly all of these prices are exact, at most 8: the few that arithmetic left dust on do not count. */
export function decimals(prices: ArrayLike<number>): number {
  const counts = new Array<number>(most + 1).fill(0)
  for (let i = 0; i < prices.length; i++) counts[Math.min(most, places(prices[i]!))]! += 1
  let exact = 0
  for (const [n, count] of counts.entries()) {
    exact += count
    if (exact >= share * prices.length) return n
  }
  return most
}

/** Decimals of a number as it prints. */
function places(price: number): number {
  const [mantissa = '', exponent = '0'] = String(price).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

/** A number with `places` decimals and thousands apart; an en dash where there is none. What rounds to zero has no sign. */
export function fixed(value: number, places: number): string {
  if (Number.isNaN(value)) return '–'
  return value.toLocaleString('en-US', {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    signDisplay: 'negative',
  })
}

/** `1 234 567` as `1.23M`; three digits that matter. */
export function compact(value: number): string {
  if (Number.isNaN(value)) return '–'
  return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
}

/** Change in per cent with its sign: `+1.24 %`. */
export function percent(from: number, to: number): string {
  if (!(from > 0)) return '–'
  const change = (100 * (to - from)) / from
  return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(2)} %`
}
