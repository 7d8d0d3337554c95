import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { complaints, launch } from './browser.ts'
import { Origin } from './origin.ts'

const results = fileURLToPath(new URL('./results/', import.meta.url))
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 })

let origin: Origin
let browser: Browser
let page: Page
let wrong: string[]
let receiver: Server
const received: string[] = []

beforeAll(async () => {
  mkdirSync(results, { recursive: true })
  receiver = createServer((request, response) => {
    received.push(String(request.headers['quantum-event-id']))
    request.resume().on('end', () => response.end())
  }).listen(0, '127.0.0.1')
  origin = await Origin.start({
    WATCH: 'sim:SIMUSDT:1m',
    PLAY_RATE: '4',
    PLAY_BACKFILL: '600',
    OPEN_WRITE: 'true',
    WEBHOOK_ALLOW: '127.0.0.1',
  })
  browser = await launch()
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  wrong = complaints(page)
})

afterAll(async () => {
  await browser?.close()
  await origin?.stop()
  receiver?.close()
})

test('an alert is tested, added, seen to fire, and deleted', async () => {
  await page.goto(`${origin.url}/`)
  await page.locator('#series select, #series button').first().waitFor()
  await soon(async () => expect(await page.evaluate(() => document.body.dataset.phase)).toBe('ready'))
  await page.locator('.alerts .more').click()
  const fill = (name: string, value: string) => page.locator(`.alerts [name=${name}]`).fill(value)
  const answer = () => page.locator('.alerts .answer').textContent()

  await fill('expression', 'close > 0 and event("cipher.bye")')
  await page.locator('.alerts button[value=test]').click()
  await soon(async () => expect(await answer()).toContain('column 21: there is no event'))

  await fill('expression', 'close > 0')
  await fill('name', 'Every bar')
  await fill('message', '{{symbol}} at {{close}}')
  await fill('webhook', `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`)
  await page.locator('.alerts button[value=test]').click()
  await soon(async () => expect(await answer()).toMatch(/Would have fired at \d{3,} of the last \d{3,} bars/))
  await page.locator('.alerts button[value=add]').click()
  await soon(async () => expect(await answer()).toContain('whs_'))

  const row = page.locator('.alert')
  await soon(async () => expect(Number(await row.getAttribute('data-fired'))).toBeGreaterThanOrEqual(2))
  await row.locator('button').first().click()
  await soon(async () => expect(await row.locator('ol li').first().textContent()).toMatch(/BTCUSD at \d/))
  await soon(async () => expect(new Set(received).size).toBeGreaterThanOrEqual(2))
  expect(new Set(received).size).toBe(received.length)
  await page.screenshot({ path: `${results}alerts.png` })

  await page.locator('.alert .remove').click()
  await soon(async () => expect(await row.count()).toBe(0))
  expect(wrong.filter(one => !one.includes('422'))).toEqual([]) // the refused expression is one
})
