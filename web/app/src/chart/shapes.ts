import { palette } from '../palette.ts'
import type { Glyph } from './glyphs.ts'

const heights: Record<Glyph['shape'], number> = {
  tag: 15,
  diamond: 9,
  flag: 10,
  dot: 5,
  ring: 8,
  square: 6,
  triangle: 7,
  cross: 7,
  bar: 3,
}

/** Height of a shape in CSS pixels at full size. */
export function heightOf(shape: Glyph['shape']): number {
  return heights[shape]
}

/** Paints a mark around its centre. */
export function drawShape(
  context: CanvasRenderingContext2D,
  { shape, color, place, letter }: Pick<Glyph, 'shape' | 'color' | 'place' | 'letter'>,
  x: number,
  y: number,
  size: number,
): void {
  const half = (heights[shape] * size) / 2
  const up = place !== 'above'
  context.fillStyle = context.strokeStyle = color
  context.beginPath()
  switch (shape) {
    case 'tag':
      drawTag(context, letter, x, y, half, up)
      return
    case 'dot':
      context.arc(x, y, half, 0, 2 * Math.PI)
      break
    case 'square':
      context.rect(x - half, y - half, 2 * half, 2 * half)
      break
    case 'ring':
      drawRing(context, x, y, half)
      return
    case 'diamond':
      polygon(context, [x, y - half], [x + half, y], [x, y + half], [x - half, y])
      break
    case 'triangle': {
      const tip = up ? -half : half
      polygon(context, [x, y + tip], [x + half, y - tip], [x - half, y - tip])
      break
    }
    case 'flag':
      context.rect(x - half, y - half, 1.5, 2 * half)
      polygon(context, [x - half, y - half], [x + half, y - half / 3], [x - half, y + half / 3])
      break
    case 'cross':
      context.lineWidth = 1.5
      context.moveTo(x - half, y - half)
      context.lineTo(x + half, y + half)
      context.moveTo(x + half, y - half)
      context.lineTo(x - half, y + half)
      context.stroke()
      return
    case 'bar':
      context.rect(x - half * 2, y - half / 2, half * 4, half)
      break
  }
  context.fill()
}

/** A letter on a rounded plate that points at the bar. */
function drawTag(
  context: CanvasRenderingContext2D,
  letter: string,
  x: number,
  y: number,
  half: number,
  up: boolean,
): void {
  const tip = up ? -half : half
  const body = half * 0.78
  const centre = y - tip * 0.22
  context.roundRect(x - half, centre - body, 2 * half, 2 * body, 3)
  polygon(
    context,
    [x - half * 0.45, centre + Math.sign(tip) * body],
    [x, y + tip],
    [x + half * 0.45, centre + Math.sign(tip) * body],
  )
  context.fill()
  if (half < 5) return // too small to read
  context.fillStyle = palette.background
  context.font = `700 ${Math.round(half * 1.3)}px Inter, sans-serif`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(letter, x, centre + 0.5)
}

/** A big circle in a halo, set off from what lies under it. */
function drawRing(context: CanvasRenderingContext2D, x: number, y: number, half: number): void {
  context.arc(x, y, half * 1.7, 0, 2 * Math.PI)
  context.globalAlpha = 0.25
  context.fill()
  context.globalAlpha = 1
  context.beginPath()
  context.arc(x, y, half, 0, 2 * Math.PI)
  context.fill()
  context.lineWidth = 1
  context.strokeStyle = palette.background
  context.stroke()
}

function polygon(context: CanvasRenderingContext2D, first: [number, number], ...rest: [number, number][]): void {
  context.moveTo(...first)
  for (const point of rest) context.lineTo(...point)
  context.closePath()
}
