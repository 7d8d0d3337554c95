import { type Browser, chromium } from 'playwright-core'
import { processorTime } from './clock.ts'
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
  const renderers = await renderersOf(browser)
  return {
    name: 'Chromium',
    ask: request => page.evaluate(request => globalThis.bench.answer(request), request) as Promise<never>,
    spent: () => renderers.reduce((sum, pid) => sum + processorTime(pid, 'main'), 0),
    close: () => page.close(),
  }
}

/** The processes of pages: that of the one there is, and spares, which do nothing. */
async function renderersOf(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(process => process.type === 'renderer').map(process => process.id)
}
