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
let answers = 200 // of the receiver

beforeAll(async () => {
  mkdirSync(results, { recursive: true })
  receiver = createServer((request, response) => {
    received.push(String(request.headers['quantum-event-id']))
    request.resume().on('end', () => response.writeHead(answers).end())
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

const fill = (name: string, value: string) => page.locator(`.alerts [name=${name}]`).fill(value)
const answer = () => page.locator('.alerts .answer').textContent()
const hook = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
const focused = () =>
  page.evaluate(() => document.activeElement?.getAttribute('data-focus') ?? document.activeElement?.className)

/** What lies beside what it should lie in: text and fields wider than their place. */
const overflows = () =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.alerts, .alerts form, .alerts form *, .alert > *')]
      .filter(
        one =>
          one.checkVisibility() &&
          one.scrollWidth > one.clientWidth + 1 &&
          getComputedStyle(one).overflowX === 'visible' &&
          getComputedStyle(one).display !== 'inline',
      )
      .map(one => one.outerHTML.slice(0, 80)),
  )

test('an alert is tested, added, seen to fire, and deleted', async () => {
  await page.goto(`${origin.url}/`)
  await page.locator('#series select, #series button').first().waitFor()
  await soon(async () => expect(await page.evaluate(() => document.body.dataset.phase)).toBe('ready'))
  expect(await page.locator('.alerts .none').textContent()).toContain('None yet')
  await page.locator('.alerts .more').click()

  await fill('expression', 'close > 0 and event("cipher.bye")')
  await page.locator('.alerts button[value=test]').click()
  await soon(async () => expect(await answer()).toContain('column 21: there is no event'))

  await fill('expression', 'close > 0')
  await fill('name', 'Every bar')
  await fill('message', '{{symbol}} at {{close}}')
  await fill('webhook', hook())
  await page.locator('.alerts button[value=test]').click()
  await soon(async () => expect(await answer()).toMatch(/Would have fired at \d{3,} of the last \d{3,} bars/))
  await page.locator('.alerts button[value=save]').click()
  await soon(async () => expect(await answer()).toContain('whs_'))
  await page.keyboard.press('Escape')
  expect(await focused()).toBe('more')

  const row = page.locator('.alert')
  await soon(async () => expect(Number(await row.getAttribute('data-fired'))).toBeGreaterThanOrEqual(2))
  await row.locator('button').first().click()
  await soon(async () => expect(await row.locator('ol li').first().textContent()).toMatch(/BTCUSD at \d/))
  await soon(async () => expect(new Set(received).size).toBeGreaterThanOrEqual(2))
  await soon(async () => expect(await row.locator('.attempt.delivered').count()).toBe(5))
  expect(new Set(received).size).toBe(received.length)
  await page.screenshot({ path: `${results}alerts.png` })

  await page.locator('.alert .remove').click()
  await soon(async () => expect(await row.count()).toBe(0))
  expect(wrong.filter(one => !one.includes('422'))).toEqual([]) // the refused expression is one
})

test('an alert is changed where it stands, and its dead letters are sent again, by the keyboard alone', async () => {
  answers = 400 // given up at once
  await page.locator('.alerts .more').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('close > 0')
  await fill('name', 'To change')
  await fill('webhook', hook())
  await page.locator('.alerts button[value=save]').press('Enter')
  await soon(async () => expect(await answer()).toContain('whs_'))
  await page.keyboard.press('Escape')

  const row = page.locator('.alert')
  await row.locator('[data-focus=open]').press('Enter')
  const letter = row.locator('.letter').first()
  await soon(async () => expect(await letter.locator('span').textContent()).toContain('HTTP status 400'))
  expect(await focused()).toBe('open') // lists come and go, the focus stays
  await soon(async () => expect(await row.locator('.letter').count()).toBeGreaterThan(1)) // one is sent again, one stays
  await soon(async () => expect(await row.locator('.attempt.dead').first().textContent()).toContain('given up'))

  // Changed: the rehearsal is shown before it is saved.
  const count = async () => Number(/at (\d+) of/.exec((await answer()) ?? '')?.[1])
  await row.locator('[data-focus=edit]').press('Enter')
  await soon(async () => expect(await count()).toBeGreaterThan(500))
  expect(await row.locator('form').count()).toBe(1)
  expect(await page.inputValue('.alerts [name=expression]')).toBe('close > 0')
  await fill('expression', 'close > open')
  await fill('cooldown', '90')
  await fill('expires', '2099-01-02T03:04')
  await soon(async () => expect(await count()).toBeLessThan(20)) // 90 of some 600 bars each
  expect(await overflows()).toEqual([])
  await page.screenshot({ path: `${results}alerts-form.png` })
  await fill('cooldown', '-1')
  await page.locator('.alerts button[value=save]').press('Enter')
  expect(await page.locator('.alerts form').isVisible()).toBe(true) // refused by the field itself
  await fill('cooldown', '90')
  await page.locator('.alerts button[value=save]').press('Enter')
  await soon(async () => expect(await page.locator('.alerts form').isVisible()).toBe(false))
  expect(await focused()).toBe('edit')
  await soon(async () =>
    expect(await row.locator('.options').textContent()).toMatch(
      /^at each bar, then silent for 90 min, until 2 Jan 2099 03:04 UTC, to http:..127.0.0.1:\d+$/,
    ),
  )
  const stored = (await (await fetch(`${origin.url}/api/v1/alerts`)).json()) as { alerts: Record<string, unknown>[] }
  expect(stored.alerts).toMatchObject([
    { name: 'To change', expression: 'close > open', cooldown: 5_400_000, expires_at: Date.UTC(2099, 0, 2, 3, 4) },
  ])

  // Sent again, under its own id.
  answers = 200
  const oldest = row.locator('.letter').last()
  const had = received.length
  await oldest.locator('.replay').press('Enter')
  await soon(async () => expect(await oldest.textContent()).toContain('delivered since'))
  const again = received.slice(had)
  expect(again.filter(id => received.indexOf(id) < had).length).toBe(1)
  expect(await overflows()).toEqual([])
  await row.locator('h3').last().scrollIntoViewIfNeeded()
  await page.screenshot({ path: `${results}alerts-dead.png` })
  await page.setViewportSize({ width: 390, height: 844 })
  await row.locator('h3').last().scrollIntoViewIfNeeded()
  expect(await overflows()).toEqual([])
  await page.screenshot({ path: `${results}alerts-narrow.png` })
  await row.locator('[data-focus=edit]').press('Enter')
  await soon(async () => expect(await count()).toBeGreaterThan(0))
  expect(await overflows()).toEqual([])
  await page.locator('.alerts form').scrollIntoViewIfNeeded()
  await page.screenshot({ path: `${results}alerts-narrow-form.png` })
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 1600, height: 1000 })
  await soon(async () => expect(await page.locator('#connection').textContent()).toBe('Live'))
  expect(wrong.filter(one => !one.includes('422'))).toEqual([])
})

test('what cannot be read or done is said', async () => {
  await page.route('**/api/v1/alerts?**', route =>
    route.fulfill({ status: 503, json: { detail: 'the store does not answer; try again' } }),
  )
  await soon(async () =>
    expect(await page.locator('#alerts > .none').textContent()).toBe(
      'The alerts cannot be read: the store does not answer; try again',
    ),
  )
  await page.unroute('**/api/v1/alerts?**')
  await soon(async () => expect(await page.locator('#alerts > .none').isVisible()).toBe(false))
  await page.route('**/replay', route => route.fulfill({ status: 403, json: { detail: 'the scope write is needed' } }))
  await page.locator('.alert .replay').first().click()
  await soon(async () => expect(await answer()).toBe('the scope write is needed'))
  expect(await page.locator('.alerts [name=key]').isVisible()).toBe(true)
})
