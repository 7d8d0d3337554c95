import type { Side } from './protocol.ts'

/** Which switch shows an event on the chart. */
export type Group = 'signals' | 'divergences' | 'crosses' | 'cipher_a' | 'volume'

export type Shape = 'tag' | 'diamond' | 'flag' | 'dot' | 'ring' | 'square' | 'triangle' | 'cross' | 'bar'

/** How an event kind is named and drawn. */
export interface KindStyle {
  label: string
  group: Group
  shape: Shape
  /** Letter of a tag. */
  letter: string
  /** Larger is drawn nearer to the bar and counts as more important. */
  weight: number
}

const style = (label: string, group: Group, shape: Shape, weight: number, letter = ''): KindStyle => ({
  label,
  group,
  shape,
  weight,
  letter,
})

const divergence = (label: string) => style(label, 'divergences', 'dot', 2)

const cipher: Record<string, KindStyle> = {
  buy: style('Buy', 'signals', 'tag', 9, 'B'),
  sell: style('Sell', 'signals', 'tag', 9, 'S'),
  gold: style('Gold', 'signals', 'tag', 10, 'G'),
  bull_diamond: style('Bull diamond', 'signals', 'diamond', 7),
  bear_diamond: style('Bear diamond', 'signals', 'diamond', 7),
  bull_flag: style('Bull flag', 'signals', 'flag', 6),
  bear_flag: style('Bear flag', 'signals', 'flag', 6),
  moon_diamond: style('Moon diamond', 'signals', 'diamond', 5),
  dump_diamond: style('Dump diamond', 'signals', 'diamond', 5),

  buy_div: style('Divergence buy', 'divergences', 'tag', 8, 'D'),
  sell_div: style('Divergence sell', 'divergences', 'tag', 8, 'D'),
  wt_bear_div: divergence('WaveTrend bear divergence'),
  wt_bull_div: divergence('WaveTrend bull divergence'),
  wt2nd_bear_div: divergence('WaveTrend 2nd bear divergence'),
  wt2nd_bull_div: divergence('WaveTrend 2nd bull divergence'),
  wt_bear_hidden: divergence('WaveTrend hidden bear'),
  wt_bull_hidden: divergence('WaveTrend hidden bull'),
  wt2nd_bear_hidden: divergence('WaveTrend 2nd hidden bear'),
  wt2nd_bull_hidden: divergence('WaveTrend 2nd hidden bull'),
  rsi_bear_div: divergence('RSI bear divergence'),
  rsi_bull_div: divergence('RSI bull divergence'),
  rsi_bear_hidden: divergence('RSI hidden bear'),
  rsi_bull_hidden: divergence('RSI hidden bull'),
  stoch_bear_div: divergence('Stochastic bear divergence'),
  stoch_bull_div: divergence('Stochastic bull divergence'),
  stoch_bear_hidden: divergence('Stochastic hidden bear'),
  stoch_bull_hidden: divergence('Stochastic hidden bull'),

  cross_up: style('Wave cross up', 'crosses', 'dot', 3),
  cross_down: style('Wave cross down', 'crosses', 'dot', 3),

  green_diamond: style('Green diamond', 'cipher_a', 'diamond', 1),
  red_diamond: style('Red diamond', 'cipher_a', 'diamond', 1),
  long_ema: style('Ribbon turns long', 'cipher_a', 'dot', 1),
  short_ema: style('Ribbon turns short', 'cipher_a', 'dot', 1),
  green_x: style('Green X', 'cipher_a', 'cross', 1),
  red_x: style('Red X', 'cipher_a', 'cross', 1),
  yellow_x_bull: style('Yellow X bull', 'cipher_a', 'cross', 1),
  yellow_x_bear: style('Yellow X bear', 'cipher_a', 'cross', 1),
  blue_up: style('Blue triangle up', 'cipher_a', 'triangle', 1),
  blue_down: style('Blue triangle down', 'cipher_a', 'triangle', 1),
  bull_candle: style('Bull candle', 'cipher_a', 'bar', 1),
  bear_candle: style('Bear candle', 'cipher_a', 'bar', 1),
}

const volume: Record<string, KindStyle> = {
  vah_break: style('Above value area', 'volume', 'triangle', 5),
  val_break: style('Below value area', 'volume', 'triangle', 5),
  value_reentry: style('Back in value area', 'volume', 'square', 4),
  naked_poc_touch: style('Naked POC touched', 'volume', 'square', 5),
  lvn_cross: style('Low-volume node crossed', 'volume', 'square', 2),
  poc_shift: style('POC shifted', 'volume', 'square', 2),
}

/** The style of an event kind such as `cipher.buy`; of one this page does not know, its own name. */
export function styleOf(kind: string): KindStyle {
  const name = kind.slice(kind.indexOf('.') + 1)
  const known = kind.startsWith('cipher.') ? cipher[name] : kind.startsWith('volume.') ? volume[name] : undefined
  return known ?? style(sentence(name), 'signals', 'dot', 4)
}

function sentence(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Whether an event belongs in the short list: what traders act on, without crosses and Cipher A's small marks. */
export function major(kind: string): boolean {
  return styleOf(kind).weight >= 4
}

/** Name of the colour of an event in the palette. */
export function tone(kind: string, side: Side): 'gold' | 'bull' | 'bear' | 'blue' | 'violet' | 'neutral' {
  if (kind === 'cipher.gold' || kind.startsWith('cipher.yellow_x')) return 'gold'
  if (kind.startsWith('cipher.blue_')) return 'blue'
  if (kind.startsWith('volume.')) return 'violet'
  return side === 'none' ? 'neutral' : side
}
