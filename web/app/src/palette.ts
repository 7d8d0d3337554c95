/** The colours of what is drawn on canvas; those of the page around it are in style.css. */
export const palette = {
  background: '#0b0e14',
  line: '#1a2130',
  grid: '#131926',
  text: '#8b98ad',
  crosshair: '#5c6b84',
  label: '#2a3550',

  bull: '#2ebd85',
  bear: '#f6465d',
  gold: '#ffc53d',
  blue: '#58a6ff',
  violet: '#b48cff',
  neutral: '#9aa7bd',

  volumeUp: 'rgba(46, 189, 133, 0.22)',
  volumeDown: 'rgba(246, 70, 93, 0.22)',

  wave1: '#7fb2ff',
  wave1Fill: 'rgba(110, 168, 255, 0.30)',
  wave2: '#3f6fe0',
  wave2Fill: 'rgba(33, 78, 190, 0.55)',
  fast: '#e8c55a',
  fastFill: 'rgba(232, 197, 90, 0.16)',
  moneyUp: '#35d49a',
  moneyUpFill: 'rgba(46, 189, 133, 0.22)',
  moneyDown: '#ff6474',
  moneyDownFill: 'rgba(246, 70, 93, 0.22)',

  rsi: '#c79bff',
  stochK: '#4cc3ff',
  stochD: '#ff9d5c',
  schaff: '#7ee0c3',
  level: '#3d4a63',
  zero: '#4a5872',
  band: 'rgba(124, 140, 255, 0.06)',
  overbought: 'rgba(246, 70, 93, 0.07)',
  oversold: 'rgba(46, 189, 133, 0.07)',

  profileUp: 'rgba(56, 150, 190, 0.42)',
  profileDown: 'rgba(172, 104, 190, 0.42)',
  profileUpOutside: 'rgba(56, 150, 190, 0.20)',
  profileDownOutside: 'rgba(172, 104, 190, 0.20)',
  poc: '#ffb454',
  valueArea: '#8ea2c8',
} as const

/** Ribbon, fastest to slowest average: rising and falling order. */
export const ribbon = {
  up: ['#7df0c4', '#5fe0b1', '#45cf9f', '#32bd8d', '#27a67b', '#1f8e69', '#187657', '#125f46'],
  down: ['#ff9fb0', '#ff8499', '#f76b83', '#e9546e', '#d2445d', '#b6384f', '#982d41', '#7b2335'],
} as const
