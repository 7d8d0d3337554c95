import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { complaints, launch, pixels } from './browser.ts'
import { Origin } from './origin.ts'

const results = fileURLToPath(new URL('./results/', import.meta.url))

// Colours of the page's palette that are painted opaque: bodies of candles, and the line of the RSI.
const bull = [46, 189, 133] as const
const bear = [246, 70, 93] as const
const rsi = [199, 155, 255] as const

let origin: Origin
let browser: Browser
let page: Page
let wrong: string[]

const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 })
const number = (selector: string, name: string) =>
  page.locator(selector).evaluate((element, key) => Number((element as HTMLElement).dataset[key]), name)
const text = (selector: string) => page.locator(selector).first().textContent()
const shot = (name: string) => page.screenshot({ path: `${results}${name}.png` })

beforeAll(async () => {
  mkdirSync(results, { recursive: true })
  origin = await Origin.start({
    WATCH: 'demo:BTCUSD:1m,sim:SIMUSDT:1m',
    PLAY_RATE: '4',
    PLAY_BACKFILL: '2600', // more than the page loads, so that it begins at a checkpoint
    DEMO_NOTE: 'GDAX BTC/USD, January 2016, from npm gdax-sim-test-data (MIT), played in a loop',
  })
  browser = await launch()
  page = await browser.newPage({ viewport: { width: 1600, height: 900 } })
  wrong = complaints(page)
})

afterAll(async () => {
  await browser?.close()
  await origin?.stop()
})

test('the page draws the series, follows it live, and agrees with the server in every event', async () => {
  const snapshot = page.waitForResponse(/signals\/snapshot/)
  await page.goto(`${origin.url}/`)
  expect(await (await snapshot).json()).toMatchObject({ snapshot: expect.any(String) })
  await soon(async () => expect(await page.evaluate(() => document.body.dataset.phase)).toBe('ready'))
  await soon(async () => expect(await text('#connection')).toBe('Live'))

  await soon(async () => {
    for (const color of [bull, bear, rsi]) expect(await pixels(page, color)).toBeGreaterThan(200)
  })
  expect(await number('#chart', 'bars')).toBeGreaterThan(500)
  expect(await number('#chart', 'marks')).toBeGreaterThan(0)
  expect(await page.locator('#feed .event').count()).toBeGreaterThan(0)
  expect(await text('#source')).toContain('gdax-sim-test-data')

  const before = await number('#chart', 'bars')
  await soon(async () => expect(await number('#chart', 'bars')).toBeGreaterThanOrEqual(before + 8))
  await soon(async () => expect(await number('.badge', 'agree')).toBeGreaterThan(100))
  expect(await text('.badge')).toMatch(/^([\d,]+) of \1 agree, 0 disagree$/)
  await shot('page')

  await page.locator('.badge').click()
  await soon(async () => expect(await text('.pop')).toContain('same bytes as the server’s'))
  await shot('verification')
  await page.keyboard.press('Escape')
  expect(wrong).toEqual([])
})

test('the keyboard reads any bar, and switches change what is drawn', async () => {
  await page.locator('#chart').focus()
  const newest = await text('.when')
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await soon(async () => expect(await text('.when')).not.toBe(newest))
  expect(await text('.when')).toMatch(/^\d+ \w{3} \d{4} \d\d:\d\d UTC$/)
  await page.keyboard.press('Escape')

  const marks = await number('#chart', 'marks')
  await page.locator('[data-switch=cipher_a]').click()
  expect(await number('#chart', 'marks')).toBeGreaterThan(marks)
  await page.locator('[data-switch=cipher_a]').click()
  expect(wrong).toEqual([])
})

test('another market is loaded in its place, and a simulated one says so', async () => {
  await page.getByLabel('Market').selectOption('sim:SIMUSDT')
  await soon(async () => expect(await text('#source .simulated')).toBe('simulated'))
  await soon(async () => expect(await number('.badge', 'agree')).toBeGreaterThan(0))
  expect(await number('.badge', 'disagree')).toBe(0)
  await shot('simulated')
  await page.getByLabel('Market').selectOption('demo:BTCUSD')
  await soon(async () => expect(await text('.legend')).toContain('BTCUSD'))
  await soon(async () => expect(await number('.badge', 'agree')).toBeGreaterThan(100))
  expect(wrong).toEqual([])
})

test('after the origin went and came back the page goes on without a disagreement', async () => {
  const before = await number('#chart', 'bars')
  await origin.halt()
  await soon(async () => expect(await text('#connection')).toContain('Reconnecting'))
  await shot('reconnecting')
  await origin.run()
  await soon(async () => expect(await text('#connection')).toBe('Live'))
  await soon(async () => expect(await number('#chart', 'bars')).toBeGreaterThan(before))
  expect(await number('.badge', 'disagree')).toBe(0)
})

test('a narrow screen shows the same, one thing under the other', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  await soon(async () => expect(await pixels(page, bull)).toBeGreaterThan(50))
  await soon(async () => {
    const [width, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(seen).toBe(390)
    expect(width).toBeLessThanOrEqual(390)
  })
  await shot('phone')
})
