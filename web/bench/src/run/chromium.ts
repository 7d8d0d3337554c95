import { type Browser, chromium } from 'playwright-core'
import type { Host } from './host.ts'

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the Chromium that is installed. */
export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
}

/** A host that is a page of `browser`, with the fields of `bundles` loaded from `url`. */
export async function openPage(browser: Browser, url: string, bundles: readonly string[]): Promise<Host> {
  const page = await browser.newPage()
  page.setDefaultTimeout(0)
  page.on('pageerror', error => process.stderr.write(`page: ${error.message}\n`))
  await page.goto(url)
  if (!(await page.evaluate(() => globalThis.crossOriginIsolated)))
    throw new Error('the page is not isolated: a coarse clock')
  await page.addScriptTag({ url: `${url}/page.js`, type: 'module' })
  await page.waitForFunction(() => 'bench' in globalThis)
  await page.evaluate(
    urls => globalThis.bench.enroll(urls),
    bundles.map(name => `${url}/${name}.js`),
  )
  return {
    name: 'Chromium',
    ask: request => page.evaluate(request => globalThis.bench.answer(request), request) as Promise<never>,
    close: () => page.close(),
  }
}
