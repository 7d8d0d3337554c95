import type { Browser } from 'playwright-core'
import { fields } from './build.ts'

/** From nothing to the first result in a page of its own, milliseconds. */
export interface Cold {
  readonly name: string
  /** Fetch, compile and start of the script, and of the module where there is one. */
  readonly load: number
  /** The first call, of 1,000 bars. */
  readonly first: number
  readonly total: number
}

/** Who is timed: those who give the seven readings as columns. */
const racers = [
  'quantum',
  'floor',
  'ixjb94',
  'debut',
  'trading-signals',
  'indicatorts',
  'lightweight',
  'technicalindicators',
]

/** Times first results, each in a fresh browser context without any cache; medians of so many rounds. */
export async function cold(browser: Browser, url: string, rounds: number): Promise<Cold[]> {
  const taken = new Map<string, Cold[]>()
  for (let round = 0; round < rounds; round++) {
    for (const bundle of racers.filter(name => name in fields)) {
      const one = await firstResult(browser, url, `${url}/${bundle}.js`)
      taken.set(one.name, [...(taken.get(one.name) ?? []), one])
    }
  }
  return [...taken.values()].map(list => list.sort((a, b) => a.total - b.total)[list.length >> 1]!)
}

async function firstResult(browser: Browser, url: string, bundle: string): Promise<Cold> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(url)
    await page.addScriptTag({ url: `${url}/page.js`, type: 'module' })
    await page.waitForFunction(() => 'bench' in globalThis)
    return await page.evaluate(bundle => globalThis.bench.firstResult(bundle), bundle)
  } finally {
    await context.close()
  }
}
