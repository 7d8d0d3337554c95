import { Quantum } from '@quantum-signals/sdk'
import { expect, test } from 'vitest'
import { major, styleOf, tone } from '../src/kinds.ts'

const { catalog } = await Quantum.load()

test('every event of both engines has a name and a mark of its own', () => {
  const kinds = [...catalog.cipher.events, ...catalog.volume.events].map(e => e.kind)
  expect(kinds.length).toBeGreaterThan(40)
  const strangers = kinds.filter(kind => styleOf(kind).group === 'signals' && styleOf(kind).shape === 'dot')
  expect(strangers).toEqual([])
  expect(new Set(kinds.map(kind => styleOf(kind).label)).size).toBe(kinds.length)
})

test('an event this page does not know yet is shown under its own name', () => {
  expect(styleOf('cipher.blue_moon')).toMatchObject({ label: 'Blue moon', shape: 'dot' })
  expect(styleOf('weather.buy').label).toBe('Buy')
})

test('the short list leaves out crosses and small marks', () => {
  expect(['cipher.buy', 'cipher.gold', 'cipher.sell_div', 'volume.vah_break'].every(major)).toBe(true)
  expect(['cipher.cross_up', 'cipher.red_x', 'cipher.stoch_bull_div', 'volume.poc_shift'].some(major)).toBe(false)
})

test('colours tell the side, but gold, blue and volume have their own', () => {
  expect([tone('cipher.buy', 'bull'), tone('cipher.sell', 'bear')]).toEqual(['bull', 'bear'])
  expect([tone('cipher.gold', 'none'), tone('cipher.blue_up', 'bull'), tone('volume.lvn_cross', 'bear')]).toEqual([
    'gold',
    'blue',
    'violet',
  ])
})
